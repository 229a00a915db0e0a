// The versions of Node that Throughline runs on.
import { SetupError } from "./failure.mjs";

/** True if a version is 20.19 or later. */
export const isNodeNewEnough = (version = process.versions.node) => {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 19);
};

/** @param {string} [version] @throws {SetupError} `old-node` */
export function requireNode(version = process.versions.node) {
  if (isNodeNewEnough(version)) return;
  throw new SetupError(
    "old-node",
    `This is Node ${version}, and Throughline needs 20.19 or later: install a newer one (from nodejs.org, or \`nvm install 22\`; Fedora: \`dnf install nodejs22\`; macOS: \`brew install node@22\`) and run the same command again.`,
  );
}
