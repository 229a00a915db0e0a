// A folder of its own for each test of set-up: fake tools on PATH, a cache, a tiny wheel.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createContext } from "./context.mjs";
import { makePip, makeTool, makeWheel, versionHeader } from "./fakes.mjs";
import { makeFolder } from "./folders.mjs";
import { pinnedWheel } from "./pin.mjs";
import { sha256 } from "./prebuilt.mjs";
import { silent } from "./progress.mjs";

const SETUP = fileURLToPath(new URL(".", import.meta.url));

/** File name of the pinned wheel for Linux x64. */
export const WHEEL = "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl";

/** What is in the tiny wheel: three libraries and a header that are wanted, four files that are not. */
export const FILES = {
  "torch/version.py": "cuda: Optional[str] = None\n",
  "torch/lib/libc10.so": "c10",
  "torch/lib/libtorch_cpu.so": "cpu".repeat(500_000),
  "torch/lib/libtorch.so": "torch",
  "torch/lib/libtorch_python.so": "bindings",
  "torch/lib/libtorchbind_test.so": "test",
  "torch/lib/libdnnl.a": "static",
  "torch/include/torch/headeronly/version.h": versionHeader("2.13.0"),
  "torch/share/cmake/x.cmake": "cmake",
  "torch/nn/functional.py": "python",
};

export { sha256 };

/**
 * Runs Node to its end.
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @returns {Promise<{ code: number | null, text: string }>}
 */
export function execute(args, env) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { env });
    let text = "";
    const take = (/** @type {Buffer} */ piece) => {
      text += piece;
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", (code) => done({ code, text }));
  });
}

/** One test's folder. `remove` it afterwards. */
export class Workbench {
  here = mkdtempSync(join(tmpdir(), "throughline-setup-"));
  bin = join(this.here, "bin");
  cache = join(this.here, "cache");

  constructor() {
    mkdirSync(this.bin);
  }

  remove() {
    rmSync(this.here, { recursive: true, force: true });
  }

  /**
   * A context in which only the fake tools exist; what is said goes to `said`.
   * @param {Record<string, string>} [env]
   * @param {Partial<import("./context.mjs").Context>} [rest]
   */
  context(env = {}, rest = {}) {
    /** @type {string[]} */
    const said = [];
    const progress = { ...silent, say: (/** @type {string} */ text) => void said.push(text) };
    const machine = { platform: /** @type {const} */ ("linux"), arch: "x64", freeBytes: async () => 1e12 };
    const all = { PATH: this.bin, THROUGHLINE_CACHE: this.cache, ...env };
    return { ...createContext({ env: all, progress, ...machine, ...rest }), said };
  }

  /** Puts a compiler, CMake and a build tool on PATH, which only state a version. */
  addTools() {
    for (const name of ["c++", "cmake", "ninja"]) makeTool(this.bin, name, 'echo "1.2.3"');
  }

  /** Runs install.mjs as npm does, with only the fake tools on PATH. @param {Record<string, string>} env */
  install(env) {
    const args = [join(SETUP, "install.mjs"), "--out", join(this.here, "out")];
    return execute(args, { PATH: this.bin, THROUGHLINE_CACHE: this.cache, ...env });
  }

  /**
   * A pip that hands out a wheel of these files.
   * @param {Record<string, string | Buffer>} [files]
   * @param {(record: string) => string} [tamper] changes the wheel's RECORD
   * @param {string} [before] shell commands
   */
  pipWith(files = FILES, tamper, before = "") {
    makeWheel(join(this.here, WHEEL), files, tamper);
    makePip(this.bin, `echo asked >> ${this.here}/asked\n${before}\n/bin/cp "${this.here}/${WHEEL}" "$dest"`);
  }

  /**
   * The pinned wheel, but with the hash of the tiny one (or of other files) and of any size.
   * @param {import("./context.mjs").Context} ctx
   * @param {string[]} files
   */
  wheel(ctx, files = [WHEEL]) {
    const hashes = files.map((name) => sha256(join(this.here, name)));
    return { ...pinnedWheel(ctx), hashes, bytes: undefined };
  }

  /** How often that pip was asked to download. */
  timesAsked() {
    return readFileSync(join(this.here, "asked"), "utf8").trim().split("\n").length;
  }

  /**
   * A folder for LIBTORCH, with its version where old releases state it.
   * @param {string} version
   * @param {string[]} [libraries]
   */
  libtorchFolder(version, libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"]) {
    const folder = join(this.here, `libtorch-${version}`);
    makeFolder(join(folder, "include/torch/csrc/api/include/torch"));
    mkdirSync(join(folder, "lib"));
    writeFileSync(join(folder, "include/torch/csrc/api/include/torch/version.h"), versionHeader(version));
    for (const name of libraries) writeFileSync(join(folder, "lib", name), name);
    return folder;
  }
}
