// Set-up of libtorch and the addon: every way it can fail ends with one sentence, and a broken cache repairs itself.
// Nothing here touches the network: pip is a script, the wheel is a few kilobytes.
import { execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

// The modules are plain JavaScript, whose types scripts/tsconfig.json checks.
const setup = fileURLToPath(new URL("../setup/", import.meta.url));
const load = (name: string) => import(/* @vite-ignore */ join(setup, `${name}.mjs`));
const { createContext } = await load("context");
const { fetchLibtorch } = await load("fetch-libtorch");
const { findLibtorch, findPresentLibtorch } = await load("find-libtorch");
const { pinnedWheel } = await load("pin");
const { makePip, makeTool, makeWheel, versionHeader } = await load("fakes");
const { setUp } = await load("set-up");
const { silent } = await load("progress");

const root = mkdtempSync(join(tmpdir(), "throughline-setup-"));
const WHEEL = "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl";
let count = 0;
let here = "";
let bin = "";
let cache = "";

afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  here = join(root, `t${count++}`);
  bin = join(here, "bin");
  cache = join(here, "cache");
  mkdirSync(bin, { recursive: true });
});

/** A context in which only this test's fake tools exist. */
function context(env: Record<string, string> = {}, rest: object = {}) {
  const said: string[] = [];
  const progress = { ...silent, say: (text: string) => void said.push(text) };
  const surroundings = { platform: "linux", arch: "x64", freeBytes: async () => 1e12, ...rest };
  return {
    ...createContext({ env: { PATH: bin, THROUGHLINE_CACHE: cache, ...env }, progress, ...surroundings }),
    said,
  };
}

/** Runs install.mjs as npm does, with nothing on PATH but this test's fake tools. */
function install(env: Record<string, string>, args: string[] = []) {
  return execute([join(setup, "install.mjs"), "--out", join(here, "out"), ...args], {
    PATH: bin,
    THROUGHLINE_CACHE: cache,
    ...env,
  });
}

function execute(
  args: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; text: string }> {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { env });
    let text = "";
    child.stdout.on("data", (piece) => (text += piece));
    child.stderr.on("data", (piece) => (text += piece));
    child.on("close", (code) => done({ code, text }));
  });
}

/** The pinned wheel without its hash and size, so that a tiny one passes. */
const anyWheel = (ctx: object) => ({ ...pinnedWheel(ctx), sha256: undefined, bytes: undefined });

const FILES = {
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

/** A pip that hands out a wheel of these files, and a log line for each time it is asked. */
function pipWith(files: Record<string, string | Buffer> = FILES, tamper?: (record: string) => string) {
  makeWheel(join(here, WHEEL), files, tamper);
  makePip(bin, `echo asked >> ${here}/asked; /bin/cp "${here}/${WHEEL}" "$dest"`);
}
const timesAsked = () => readFileSync(join(here, "asked"), "utf8").trim().split("\n").length;

/** A folder for LIBTORCH. */
function libtorchFolder(version: string, libraries = ["libc10.so", "libtorch_cpu.so", "libtorch.so"]) {
  const folder = join(here, `libtorch-${version}`);
  mkdirSync(join(folder, "include/torch/csrc/api/include/torch"), { recursive: true });
  mkdirSync(join(folder, "lib"));
  writeFileSync(join(folder, "include/torch/csrc/api/include/torch/version.h"), versionHeader(version));
  for (const name of libraries) writeFileSync(join(folder, "lib", name), name);
  return folder;
}

describe("fetching", () => {
  test("unpacks only libraries and headers, leaves no wheel, and does not ask pip again", async () => {
    pipWith();
    const ctx = context();
    const found = await findLibtorch(ctx, { wheel: anyWheel(ctx) });
    expect(found).toMatchObject({ version: "2.13.0", variant: "cpu", source: "cache" });
    expect(readdirSync(found.lib).sort()).toEqual(["libc10.so", "libtorch.so", "libtorch_cpu.so"]);
    expect(readdirSync(found.path).sort()).toEqual(["include", "lib", "version.py"]);
    expect(readFileSync(join(found.lib, "libtorch_cpu.so"), "utf8")).toBe(FILES["torch/lib/libtorch_cpu.so"]);
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    await findLibtorch(ctx, { wheel: anyWheel(ctx) });
    expect(timesAsked()).toBe(1);
  });

  test("asks for a fixed Python and platform, first as pip is configured, then with PyTorch's index", async () => {
    makePip(
      bin,
      `echo "ERROR: No matching distribution found for torch"; echo "$args" >> ${here}/args; exit 1`,
    );
    await expect(fetchLibtorch(context())).rejects.toThrow(
      /^pip's package indexes do not have torch 2\.13\.0\+cpu for this platform: add one that has it \(https:\/\/download\.pytorch\.org\/whl\/cpu\)/,
    );
    const [first = "", second = ""] = readFileSync(join(here, "args"), "utf8").trim().split("\n");
    expect(first).toContain(
      "--no-deps --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311",
    );
    expect(first).toContain("--platform manylinux_2_28_x86_64 torch==2.13.0+cpu");
    expect(first).not.toContain("index-url");
    expect(second).toContain("--extra-index-url https://download.pytorch.org/whl/cpu");
  });

  test.each([
    ["darwin", "arm64", {}, "2.13.0", "macosx_14_0_arm64", undefined],
    ["win32", "x64", {}, "2.13.0", "win_amd64", undefined],
    ["linux", "arm64", {}, "2.13.0+cpu", "manylinux_2_28_aarch64", "https://download.pytorch.org/whl/cpu"],
    [
      "linux",
      "x64",
      { THROUGHLINE_LIBTORCH_VARIANT: "cu130" },
      "2.13.0+cu130",
      "manylinux_2_28_x86_64",
      "https://download.pytorch.org/whl/cu130",
    ],
  ])("the wheel for %s %s %j is %s", (platform, arch, env, version, tag, index) => {
    const wheel = pinnedWheel({ env, platform, arch });
    expect(wheel).toMatchObject({ version, name: `${version}-${platform}-${arch}` });
    expect(wheel.index).toBe(index);
    expect(wheel.pipArguments).toContain(tag);
    expect(wheel.pipArguments).toContain(`torch==${version}`);
  });

  test("a CUDA build comes with NVIDIA's libraries, where its own search path looks for them", async () => {
    makeWheel(join(here, WHEEL), FILES);
    const nvidia = "nvidia_cuda_runtime-13.0-py3-none-manylinux2014_x86_64.whl";
    makeWheel(join(here, nvidia), {
      "nvidia/cu13/lib/libcudart.so.13": "cudart",
      "nvidia/cu13/include/x.h": "",
    });
    makePip(bin, `/bin/cp "${here}/${WHEEL}" "${here}/${nvidia}" "$dest"; echo "$args" > ${here}/args`);
    const path = await fetchLibtorch(context({ THROUGHLINE_LIBTORCH_VARIANT: "cu130" }));
    expect(readFileSync(join(path, "lib/../../nvidia/cu13/lib/libcudart.so.13"), "utf8")).toBe("cudart");
    expect(existsSync(join(path, "../nvidia/cu13/include"))).toBe(false);
    expect(readFileSync(join(here, "args"), "utf8")).not.toContain("--no-deps");
  });

  test("a variant that does not exist and a platform without wheels are refused", () => {
    const of = (env: object, platform: string, arch: string) => () => pinnedWheel({ env, platform, arch });
    expect(of({ THROUGHLINE_LIBTORCH_VARIANT: "gpu" }, "linux", "x64")).toThrow(
      /^THROUGHLINE_LIBTORCH_VARIANT=gpu does not name a build of libtorch for linux: unset it, or set it to cpu or, for example, cu130\.$/,
    );
    expect(of({}, "darwin", "x64")).toThrow(
      /^There is no ready-made libtorch 2\.13\.0 for darwin x64: build libtorch from source and set LIBTORCH/,
    );
  });
});

describe("failures of fetching are one sentence and exit code 1", () => {
  const failed = (text: string) => {
    expect(text).not.toMatch(/^\s+at /m);
    return text
      .slice(text.indexOf("Throughline set-up failed. ") + "Throughline set-up failed. ".length)
      .trim();
  };

  test("no pip", async () => {
    const { code, text } = await install({});
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^No pip was found to fetch libtorch with .*: install Python 3 with pip .* or set LIBTORCH/,
    );
    expect(failed(text)).not.toContain("\n");
  });

  test("a python3 without pip is not pip", async () => {
    makeTool(bin, "python3", 'echo "No module named pip" >&2; exit 1');
    expect(failed((await install({})).text)).toMatch(/^No pip was found/);
  });

  test("no network, with pip's output kept in a file", async () => {
    const reason = "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution";
    makePip(
      bin,
      `echo "WARNING: Retrying: ${reason}"; echo "ERROR: No matching distribution found for torch"; exit 1`,
    );
    const { code, text } = await install({});
    expect(code).toBe(1);
    const log = join(cache, "logs", "pip.log");
    expect(failed(text)).toMatch(
      /^pip could not reach its package index to download torch 2\.13\.0\+cpu: check the network connection or pip's index settings/,
    );
    expect(failed(text)).toContain(`(pip's output is in ${log})`);
    expect(readFileSync(log, "utf8")).toContain(reason);
  });

  test("the disk fills up while pip downloads; pip fails in another way", async () => {
    makePip(bin, 'echo "ERROR: [Errno 28] No space left on device"; exit 1');
    expect(failed((await install({})).text)).toMatch(
      /^The disk became full while pip downloaded torch 2\.13\.0\+cpu: free some/,
    );
    makePip(bin, 'echo "ERROR: something odd"; exit 2');
    expect(failed((await install({})).text)).toMatch(
      /^pip failed to download torch 2\.13\.0\+cpu \(ERROR: something odd\): correct that and run `npm run setup` again/,
    );
  });

  test("half a download", async () => {
    makePip(bin, `echo half > "$dest/${WHEEL}"`);
    const { code, text } = await install({});
    expect(code).toBe(1);
    expect(failed(text)).toBe(
      `The download of ${WHEEL} is incomplete (5 of 191794682 bytes): check the network connection and run \`npm run setup\` again.`,
    );
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test("half a wheel whose size is not known beforehand, at every place it can be cut", async () => {
    makeWheel(join(here, "whole.whl"), FILES);
    const whole = readFileSync(join(here, "whole.whl"));
    for (const part of [0, 0.3, 0.9, 0.999]) {
      writeFileSync(join(here, "part.whl"), whole.subarray(0, Math.floor(whole.length * part)));
      makePip(bin, `/bin/cp "${here}/part.whl" "$dest/${WHEEL}"`);
      const ctx = context();
      await expect(fetchLibtorch(ctx, anyWheel(ctx))).rejects.toThrow(
        /^The download of .* is incomplete \(it cannot be unpacked\): check the network/,
      );
    }
  });

  test("pip says success and leaves nothing", async () => {
    makePip(bin, "exit 0");
    expect(failed((await install({})).text)).toMatch(
      /^pip reported success but left no wheel of torch 2\.13\.0\+cpu: run/,
    );
  });

  test("the wheel has another hash than the pinned one", async () => {
    pipWith();
    const ctx = context();
    const wheel = { ...anyWheel(ctx), sha256: "0".repeat(64) };
    await expect(fetchLibtorch(ctx, wheel)).rejects.toThrow(
      /^torch-.*\.whl has SHA-256 [0-9a-f]{64} where 0{64} is expected, so it was damaged or changed on its way here: empty pip's cache/,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test.each([
    ["does not match", (record: string) => record.replace(/(libc10\.so,sha256=)..../, "$1AAAA")],
    ["is missing from", (record: string) => record.replace(/^.*libc10\.so.*\n/m, "")],
  ])("a file %s the wheel's RECORD", async (how, tamper) => {
    pipWith(FILES, tamper);
    const ctx = context();
    await expect(fetchLibtorch(ctx, anyWheel(ctx))).rejects.toThrow(
      `torch/lib/libc10.so in ${WHEEL} ${how} the wheel's own RECORD of hashes, so the wheel is damaged`,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test("paths that lead out of the folder are not unpacked", async () => {
    pipWith({ ...FILES, "torch/include/../../../../escaped.h": "x" });
    const ctx = context();
    await fetchLibtorch(ctx, anyWheel(ctx));
    expect(existsSync(join(cache, "escaped.h"))).toBe(false);
  });

  test("not enough disk space, before anything is downloaded", async () => {
    pipWith();
    await expect(fetchLibtorch(context({}, { freeBytes: async () => 3e8 }))).rejects.toThrow(
      /^Not enough disk space in .*: 1\.0 GB needed, 300 MB free; free some space, or set THROUGHLINE_CACHE to a folder on a larger disk/,
    );
    expect(existsSync(join(here, "asked"))).toBe(false);
  });

  test("a cache folder that cannot be written", async () => {
    writeFileSync(join(here, "file"), "");
    const { code, text } = await install({ THROUGHLINE_CACHE: join(here, "file", "cache") });
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Cannot write to the cache folder .*\/file\/cache \(ENOTDIR\): make it writable, or set THROUGHLINE_CACHE/,
    );
  });

  test("THROUGHLINE_DEBUG=1 adds the stack trace", async () => {
    const { text } = await execute(
      [
        "-e",
        `import(${JSON.stringify(join(setup, "failure.mjs"))}).then(m => m.runMain(async () => { null.x }))`,
      ],
      { THROUGHLINE_DEBUG: "1" },
    );
    expect(text).toMatch(
      /Set-up stopped at something it did not expect \(Cannot read properties of null.*\): run/,
    );
    expect(text).toMatch(/^\s+at /m);
  });
});

describe("the cache", () => {
  test.each([
    ["deleted", (file: string) => rmSync(file), "torch/lib/libc10.so is missing"],
    ["truncated", (file: string) => truncateSync(file, 1), "torch/lib/libc10.so has 1 bytes instead of 3"],
    [
      "without a manifest",
      (file: string) => rmSync(join(file, "../../../manifest.json")),
      "manifest.json is missing or damaged",
    ],
  ])("is repaired when a file is %s", async (_what, damage, reason) => {
    pipWith();
    const ctx = context();
    const path = await fetchLibtorch(ctx, anyWheel(ctx));
    damage(join(path, "lib/libc10.so"));
    await expect(findPresentLibtorch(ctx)).rejects.toThrow(
      /^The cached libtorch is damaged \(.*\): run `npm run setup`\.$/,
    );
    expect(await fetchLibtorch(ctx, anyWheel(ctx))).toBe(path);
    expect(ctx.said.join("\n")).toContain(reason);
    expect(readFileSync(join(path, "lib/libc10.so"), "utf8")).toBe("c10");
    expect(timesAsked()).toBe(2);
  });

  test("is fetched once when several processes want it at the same time", async () => {
    makeWheel(join(here, WHEEL), FILES);
    makePip(bin, `echo asked >> ${here}/asked; /bin/sleep 0.3; /bin/cp "${here}/${WHEEL}" "$dest"`);
    const script = `
      const [{ createContext }, { fetchLibtorch }, { pinnedWheel }] =
        await Promise.all(["context", "fetch-libtorch", "pin"].map((name) => import(${JSON.stringify(setup)} + name + ".mjs")));
      const ctx = createContext({ platform: "linux", arch: "x64" });
      console.log(await fetchLibtorch(ctx, { ...pinnedWheel(ctx), sha256: undefined, bytes: undefined }));`;
    const env = { PATH: bin, THROUGHLINE_CACHE: cache };
    const runs = Array.from({ length: 3 }, () => execute(["--input-type=module", "-e", script], env));
    const results = await Promise.all(runs);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(results.filter(({ text }) => text.includes("Waiting for another set-up")).length).toBeGreaterThan(
      0,
    );
    expect(timesAsked()).toBe(1);
    expect(existsSync(join(cache, "setup.lock"))).toBe(false);
  });

  test("a killed set-up's lock and leftovers are cleared away", async () => {
    pipWith();
    mkdirSync(join(cache, "tmp", "leftover"), { recursive: true });
    const dead = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    const { hostname } = await import("node:os");
    writeFileSync(join(cache, "setup.lock"), JSON.stringify({ pid: dead, host: hostname() }));
    const ctx = context();
    await fetchLibtorch(ctx, anyWheel(ctx));
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    expect(readdirSync(cache).filter((name) => name.startsWith("setup.lock"))).toEqual([]);
  });

  test("Ctrl-C while downloading releases the lock and ends pip", async () => {
    makePip(bin, `echo $$ > ${here}/pid; exec /bin/sleep 60`);
    const child = spawn(process.execPath, [join(setup, "install.mjs")], {
      env: { PATH: bin, THROUGHLINE_CACHE: cache },
    });
    while (!existsSync(join(here, "pid"))) await new Promise((next) => setTimeout(next, 20));
    const ended = new Promise((done) => child.on("close", done));
    child.kill("SIGINT");
    expect(await ended).toBe(130);
    expect(existsSync(join(cache, "setup.lock"))).toBe(false);
  });
});

describe("a libtorch of one's own", () => {
  test("LIBTORCH is preferred to everything else and needs no cache", async () => {
    const folder = libtorchFolder("2.11.0");
    expect(await findLibtorch(context({ LIBTORCH: folder, LIBTORCH_USE_PYTORCH: "1" }))).toMatchObject({
      version: "2.11.0",
      source: "LIBTORCH",
      lib: join(folder, "lib"),
    });
    expect(existsSync(cache)).toBe(false);
  });

  test.each(["1.13.1", "2.10.0", "3.0.0"])(
    "version %s is refused, unless the check is bypassed",
    async (version) => {
      const LIBTORCH = libtorchFolder(version);
      const { code, text } = await install({ LIBTORCH });
      expect(code).toBe(1);
      expect(text).toContain(
        `Throughline set-up failed. LIBTORCH=${LIBTORCH} is libtorch ${version}, but Throughline needs 2.11 or later, below 3 (2.13.0 is best): set LIBTORCH to a folder that holds lib/ and include/ of such a libtorch, or unset it to have libtorch 2.13.0 fetched, or set THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK=1 to try this one.`,
      );
      const bypassed = context({ LIBTORCH, THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK: "1" });
      expect(await findLibtorch(bypassed)).toMatchObject({ version });
    },
  );

  test("a folder that lacks a library, has no headers, or is none", async () => {
    const folder = libtorchFolder("2.13.0", ["libc10.so"]);
    await expect(findLibtorch(context({ LIBTORCH: folder }))).rejects.toThrow(
      `LIBTORCH=${folder} is not a complete libtorch (missing: ${folder}/lib/libtorch_cpu.so, ${folder}/lib/libtorch.so)`,
    );
    await expect(findLibtorch(context({ LIBTORCH: here }))).rejects.toThrow(
      `is not a complete libtorch (missing: ${here}/include/torch/headeronly/version.h)`,
    );
    await expect(findLibtorch(context({ LIBTORCH: join(here, "none") }))).rejects.toThrow(
      /^LIBTORCH=.*none is not a folder: set it to a folder that holds libtorch's lib\/ and include\//,
    );
  });

  test("LIBTORCH_USE_PYTORCH=1 takes the torch of the active Python", async () => {
    const folder = libtorchFolder("2.12.1");
    writeFileSync(join(folder, "version.py"), "cuda: Optional[str] = '13.0'\n");
    makeTool(bin, "python3", `echo ${folder}`);
    const found = await findLibtorch(context({ LIBTORCH_USE_PYTORCH: "1" }));
    expect(found).toMatchObject({ version: "2.12.1", source: "python", variant: "cuda 13.0", path: folder });
    makeTool(bin, "python3", "echo");
    await expect(findLibtorch(context({ LIBTORCH_USE_PYTORCH: "1" }))).rejects.toThrow(
      /^LIBTORCH_USE_PYTORCH=1 is set, but .*python3 has no torch installed: activate the environment that has PyTorch/,
    );
    rmSync(join(bin, "python3"));
    await expect(findLibtorch(context({ LIBTORCH_USE_PYTORCH: "1" }))).rejects.toThrow(
      /there is no python3 on PATH/,
    );
  });
});

describe("tools that are missing", () => {
  const version = 'echo "1.2.3"';
  test.each([
    [
      [],
      /but no C\+\+ compiler was found on PATH: install it \(Debian or Ubuntu: `apt install g\+\+`; macOS: `xcode-select --install`\) and run/,
    ],
    [["c++"], /CMake was not found on PATH: install it \(Debian or Ubuntu: `apt install cmake`/],
    [
      ["c++", "cmake"],
      /Neither ninja nor make was found on PATH: install it \(Debian or Ubuntu: `apt install ninja-build`/,
    ],
  ])("with only %j on PATH", async (tools, sentence) => {
    for (const name of tools) makeTool(bin, name, version);
    const { code, text } = await install({ LIBTORCH: libtorchFolder("2.13.0") });
    expect(code).toBe(1);
    expect(text).toMatch(sentence);
  });

  test("a compiler named by CXX that does not run", async () => {
    const { text } = await install({ LIBTORCH: libtorchFolder("2.13.0"), CXX: "/nowhere/c++" });
    expect(text).toContain("but CXX=/nowhere/c++ does not run: install it");
  });

  test("the doctor lists them and exits with 1", async () => {
    const args = [join(setup, "doctor.mjs"), "--package", here, "--json"];
    const { code, text } = await execute(args, { PATH: bin, THROUGHLINE_CACHE: cache });
    expect(code).toBe(1);
    const { ok, checks } = JSON.parse(text) as {
      ok: boolean;
      checks: { name: string; status: string; advice?: string }[];
    };
    expect(ok).toBe(false);
    const problems = checks.filter(({ status }) => status === "problem");
    expect(problems.map(({ name }) => name)).toEqual([
      "compiler",
      "cmake",
      "build tool",
      "pip",
      "libtorch",
      "addon",
      "package",
    ]);
    for (const { advice } of problems) expect(advice).toMatch(/install|run/);
    const plain = await execute(args.slice(0, -1), { PATH: bin, THROUGHLINE_CACHE: cache });
    expect(plain.text).toMatch(/ {2}problem {2}compiler +not found on PATH → install one/);
    expect(plain.text).toContain("7 problems");
  });
});

// These compile for real, against three empty libraries; a second each.
describe("building", () => {
  const PATH = process.env.PATH ?? "";
  const ADDON = `#include <node_api.h>\nNAPI_MODULE_INIT() { (void)env; return exports; }\n`;
  let libraries: Record<string, Buffer> = {};
  const library = (name: string, ...more: string[]) => {
    const file = join(root, name);
    execFileSync("c++", [
      "-shared",
      "-x",
      "c++",
      "/dev/null",
      "-x",
      "none",
      `-Wl,-soname,${name}`,
      "-o",
      file,
      ...more,
    ]);
    return readFileSync(file);
  };
  beforeAll(() => {
    const names = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];
    libraries = Object.fromEntries(names.map((name) => [`torch/lib/${name}`, library(name)]));
  });

  /** Sources in `here/native`, a pip with linkable libraries, the real tools behind it. */
  function project(source: string, more: Record<string, string | Buffer> = {}) {
    mkdirSync(join(here, "native"), { recursive: true });
    writeFileSync(join(here, "native", "a.cpp"), source);
    pipWith({ ...FILES, ...libraries, ...more });
    const ctx = context({ PATH: `${bin}:${PATH}` });
    const options = { native: join(here, "native"), out: join(here, "out"), wheel: anyWheel(ctx) };
    return { ctx, options, go: () => setUp(ctx, options) as Promise<void> };
  }

  test("compiles, records what for, and takes it from the cache the next time", async () => {
    const { ctx, go } = project(ADDON);
    await go();
    expect(ctx.said.at(-1)).toMatch(/^Addon compiled, loads: /);
    const record = JSON.parse(readFileSync(join(here, "out", "libtorch.json"), "utf8"));
    expect(record).toMatchObject({
      version: "2.13.0",
      variant: "cpu",
      source: "cache",
      key: expect.any(String),
    });
    expect(record.cxxflags).toContain("-std=c++20");
    await go();
    expect(ctx.said.at(-1)).toMatch(/^Addon taken from the cache, loads: /);
    expect(readdirSync(join(here, "out")).sort()).toEqual(["libtorch.json", "throughline_torch.node"]);
    writeFileSync(join(here, "native", "a.cpp"), `${ADDON}// changed\n`);
    await go();
    expect(ctx.said.at(-1)).toMatch(/^Addon compiled/);
  });

  test("a damaged addon in the cache is compiled again", async () => {
    const { ctx, go } = project(ADDON);
    await go();
    const [build = ""] = readdirSync(join(cache, "builds"));
    truncateSync(join(cache, "builds", build, "throughline_torch.node"), 100);
    await go();
    expect(ctx.said.at(-1)).toMatch(/^Addon compiled/);
  });

  test("a cached library damaged without a change of size is found when the addon does not load", async () => {
    const { ctx, go, options } = project(ADDON);
    await go();
    const file = join(cache, "libtorch", options.wheel.name, "torch/lib/libc10.so");
    const { length } = readFileSync(file);
    writeFileSync(file, Buffer.alloc(length));
    await go();
    expect(ctx.said).toContain("The cached libtorch is damaged (torch/lib/libc10.so); fetching it again.");
    expect(ctx.said.at(-1)).toMatch(/^Addon taken from the cache, loads/);
    expect(timesAsked()).toBe(2);
  });

  test("a compile error names the first error and the log; the addon that was there stays", async () => {
    const { go } = project("int x = nonsense;\n");
    mkdirSync(join(here, "out"));
    writeFileSync(join(here, "out", "throughline_torch.node"), "old");
    await expect(go()).rejects.toThrow(
      /^Compiling throughline_torch failed \(.*a\.cpp:1:9: error: .*nonsense.*\): correct the cause and run `npm run setup` again; the compiler's full output is in .*build-throughline_torch\.log\.$/,
    );
    expect(readFileSync(join(cache, "logs", "build-throughline_torch.log"), "utf8")).toContain("nonsense");
    expect(readdirSync(join(here, "out"))).toEqual(["throughline_torch.node"]);
  });

  test("a compiler that runs out of memory", async () => {
    const { go } = project(ADDON);
    makeTool(
      bin,
      "cmake",
      'echo "c++: fatal error: Killed signal terminated program cc1plus"; [ "$1" = --version ]',
    );
    await expect(go()).rejects.toThrow(
      /^The compiler ran out of memory while compiling throughline_torch: .* `THROUGHLINE_JOBS=1 npm run setup`/,
    );
  });

  test("an addon that crashes or throws while loading", async () => {
    await expect(
      project("#include <cstdlib>\nstatic int x = (std::abort(), 1);\nint* p = &x;\n").go(),
    ).rejects.toThrow(
      /^The addon was compiled against libtorch 2\.13\.0 \(cpu\) in .*, but Node ended with SIGABRT while loading it: run `npm run doctor`/,
    );
    await expect(project("int x;\n").go()).rejects.toThrow(
      /but Node cannot load it \(.*did not self-register.*\): run/,
    );
    expect(existsSync(join(here, "out", "throughline_torch.node"))).toBe(false);
  });

  test("a CUDA build without NVIDIA's libraries", async () => {
    library("libcudart.so.99");
    const cuda = library("libtorch_cuda.so", "-Wl,--no-as-needed", join(root, "libcudart.so.99"));
    const more = { "torch/lib/libtorch_cuda.so": cuda, "torch/version.py": "cuda: Optional[str] = '13.0'\n" };
    await expect(project(ADDON, more).go()).rejects.toThrow(
      /^The addon was compiled against libtorch 2\.13\.0 \(cuda 13\.0\) in .*, but NVIDIA's libcudart\.so\.99 is not found beside it: install that PyTorch with pip together with its nvidia packages/,
    );
  });

  test("without sources", async () => {
    const { options, ctx } = project(ADDON);
    await expect(setUp(ctx, { ...options, native: join(here, "none") })).rejects.toThrow(
      /^There are no C\+\+ sources in .*none: this checkout is incomplete/,
    );
  });

  test("make serves where ninja is missing", async () => {
    const { ctx, options } = project(ADDON);
    for (const name of ["c++", "cmake", "make"]) {
      const real = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
      if (!existsSync(join(bin, name))) symlinkSync(real, join(bin, name));
    }
    for (const name of ["as", "ld", "uname", "sh"]) {
      const real = execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim();
      symlinkSync(real, join(bin, name));
    }
    await setUp({ ...ctx, env: { ...ctx.env, PATH: bin } }, options);
    expect(readFileSync(join(cache, "logs", "build-throughline_torch.log"), "utf8")).toContain(
      "Unix Makefiles",
    );
    expect(ctx.said.at(-1)).toMatch(/^Addon compiled/);
  });

  test("an operator library is compiled with the same recipe, without Node's headers", async () => {
    const { buildLibrary } = await load("build-library");
    const { ctx, options } = project(ADDON);
    const source = join(here, "ops.cpp");
    writeFileSync(
      source,
      '#ifndef _OPENMP\n#error no OpenMP\n#endif\nextern "C" __attribute__((visibility("default"))) int seven() { return 7; }\n',
    );
    const libtorch = await findLibtorch(ctx, options);
    const request = {
      name: "ops",
      sources: [source],
      out: join(here, "build", "ops.so"),
      libtorch,
      openmp: true,
    };
    expect(await buildLibrary(ctx, request)).toMatchObject({ compiled: true });
    expect(await buildLibrary(ctx, request)).toMatchObject({ compiled: false });
    expect(readdirSync(join(here, "build"))).toEqual(["ops.so"]);
    const again = { ...request, flags: ["-DMORE"], out: join(here, "build", "more.so") };
    expect(await buildLibrary(ctx, again)).toMatchObject({ compiled: true });
    expect(basename(again.out)).toBe("more.so");
  });
});

describe("small parts", () => {
  test("the cache lies where each platform keeps such files", async () => {
    const { cacheFolder } = await load("cache");
    const at = (platform: string, env: Record<string, string>) => cacheFolder({ platform, env });
    expect(at("linux", { HOME: "/h" })).toBe("/h/.cache/throughline");
    expect(at("linux", { HOME: "/h", XDG_CACHE_HOME: "/x" })).toBe("/x/throughline");
    expect(at("darwin", { HOME: "/h" })).toBe("/h/Library/Caches/throughline");
    expect(at("win32", { LOCALAPPDATA: "/l" })).toBe("/l/throughline");
    expect(at("win32", { LOCALAPPDATA: "/l", THROUGHLINE_CACHE: "/t" })).toBe("/t");
  });

  test("fewer compilers at once when memory is short", async () => {
    const { compileJobs } = await load("toolchain");
    const jobs = (cores: number, memory: number, env = {}) => compileJobs({ env }, { cores, memory });
    expect(jobs(8, 64e9)).toBe(8);
    expect(jobs(8, 10e9)).toBe(2);
    expect(jobs(8, 1e9)).toBe(1);
    expect(jobs(2, 1e9, { THROUGHLINE_JOBS: "5" })).toBe(5);
  });

  test("progress is one rewritten line on a terminal and few plain lines elsewhere", async () => {
    const { createProgress } = await load("progress");
    const show = (isTTY: boolean) => {
      let text = "";
      let time = 0;
      const progress = createProgress(
        { isTTY, columns: 80, write: (piece: string) => (text += piece) },
        () => time,
      );
      for (let done = 0; done <= 100; done += 10, time += 2000)
        progress.update("downloading", done * 1e6, 100e6);
      progress.say("done");
      return text;
    };
    expect(show(false)).toBe(
      "  downloading 50 of 100 MB (50 %)\n  downloading 100 of 100 MB (100 %)\n  done\n",
    );
    expect(show(true)).toContain("\r\u001b[2K  downloading 90 of 100 MB (90 %)");
    expect(show(true).endsWith("(100 %)\n  done\n")).toBe(true);
  });

  test("file system errors are put into words", async () => {
    const { explain } = await load("failure");
    const error = (code: string) => Object.assign(new Error("x"), { code, path: "/p" });
    expect(explain(error("ENOSPC")).message).toMatch(/^The disk is full \(writing \/p\): free some space/);
    expect(explain(error("EACCES")).message).toMatch(/^Cannot write to \/p \(EACCES\): make it writable/);
    expect(explain("odd").message).toMatch(/^Set-up stopped at something it did not expect \(odd\): run/);
  });

  test("an old Node is a problem", async () => {
    const { checkNode } = await load("doctor-machine");
    expect(checkNode("20.19.0").status).toBe("ok");
    expect(checkNode("18.20.4")).toMatchObject({ status: "problem", advice: "install Node 20.19 or later" });
  });
});
