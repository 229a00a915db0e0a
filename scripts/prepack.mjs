// What npm does in a package's folder before it packs or publishes it: the package is compiled, nothing stays in its dist
// that has no source any more, and the licence lies beside it.
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";

const root = join(import.meta.dirname, "..");
const folder = process.cwd();

/** @param {string} below @returns {string[]} files below a folder, relative to it */
const filesOf = (below) =>
  readdirSync(below, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(below, join(entry.parentPath, entry.name)));

const project = existsSync(join(folder, "src", "tsconfig.json")) ? join(folder, "src") : folder;
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const { status } = spawnSync(process.execPath, [tsc, "-b", project], { stdio: ["ignore", 2, 2] });
if (status !== 0) throw new Error(`${relative(root, folder)} does not compile`);

const sources = new Set(filesOf(join(folder, "src")).map((file) => file.replace(/\.ts$/, "")));
for (const file of filesOf(join(folder, "dist"))) {
  const source = file.replace(/(\.d\.ts|\.js)(\.map)?$/, "");
  if (source !== file && !sources.has(source)) rmSync(join(folder, "dist", file));
}
copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
