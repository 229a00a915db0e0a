// `npm start`, `npm test` and `npm run setup` begin with this, in a clone where nothing is installed yet: plain Node, no
// package. It looks for what is missing, says what it will fetch, installs the packages, makes the engine ready and compiles.
// When nothing has changed since, it ends at once. `--root FOLDER`: another clone.
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 20 || (major === 20 && minor >= 19)) {
  const { makeReady } = await import("./make-ready.mjs"); // which an older Node might not be able to read
  const at = process.argv.indexOf("--root");
  await makeReady({
    root: (at > 0 && process.argv[at + 1]) || fileURLToPath(new URL("..", import.meta.url)),
  });
} else {
  process.stderr.write(
    `\nThroughline needs Node 20.19 or later, and this is ${process.versions.node}: install a newer one ` +
      "(from nodejs.org, or `nvm install 22`; macOS: `brew install node@22`), then run the same command again.\n",
  );
  process.exitCode = 1;
}
