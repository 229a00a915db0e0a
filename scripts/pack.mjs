// Packs every package of ours that is published into a folder: `node scripts/pack.mjs FOLDER`. The files are what
// `npm publish` sends; `npm install FOLDER/*.tgz` installs them anywhere. `--dry-run` does what `npm publish --dry-run`
// does for each, and fails if npm has anything to say against one.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeFolder } from "../packages/torch/setup/folders.mjs";

const root = join(import.meta.dirname, "..");
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "dry-run": { type: "boolean" } },
});
const [out] = positionals;

if (values["dry-run"]) for (const folder of published()) rehearse(folder);
else if (out !== undefined) pack(resolve(out));
else {
  process.stderr.write("usage: node scripts/pack.mjs FOLDER | --dry-run\n");
  process.exitCode = 2;
}

/** Folders of the workspaces that are not private. */
function published() {
  const inside = (/** @type {string} */ group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name));
  return [...inside("packages"), ...inside("apps"), join(root, "examples")].filter((folder) => {
    const manifest = join(folder, "package.json");
    return existsSync(manifest) && !JSON.parse(readFileSync(manifest, "utf8")).private;
  });
}

/** @param {string} destination */
function pack(destination) {
  makeFolder(destination);
  const { status } = spawnSync(
    "npm",
    ["pack", "--silent", "--pack-destination", destination, ...published()],
    {
      cwd: root,
      stdio: "inherit",
    },
  );
  process.exitCode = status ?? 1;
}

/** @param {string} folder */
function rehearse(folder) {
  const { status, stdout, stderr } = spawnSync("npm", ["publish", "--dry-run"], {
    cwd: folder,
    encoding: "utf8",
  });
  const against = stderr
    .split("\n")
    .filter((line) => /^npm (warn|error)/i.test(line) && !/dry-run/.test(line));
  process.stdout.write(`${stdout.trim()}${against.map((line) => `\n  ${line}`).join("")}\n`);
  if (status !== 0 || against.length > 0) process.exitCode = 1;
}
