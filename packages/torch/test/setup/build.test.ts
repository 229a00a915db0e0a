// Compiling the addon: what is missing or goes wrong is one sentence, and nothing is compiled twice.
import { execFileSync } from "node:child_process";
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
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bench, bin, cache, here, load, setup, useBench } from "./bench.js";

const { findLibtorch } = await load("find-libtorch");
const { setUp } = await load("set-up");
const { makePip, makeTool } = await load("fakes");
const { execute, FILES } = await load("workbench");

useBench({ tools: false });

describe("tools that are missing", () => {
  const version = 'echo "1.2.3"';
  const own = () => ({ LIBTORCH: bench.libtorchFolder("2.13.0") });
  const pip = () => makePip(bin, `echo asked > ${here}/asked; exit 1`);

  test("are all named at once, with a command for each system, before anything is downloaded", async () => {
    const { code, text } = await bench.install({});
    expect(code).toBe(1);
    expect(text.trim()).toBe(
      "Throughline set-up failed. Set-up needs a C++ compiler, CMake, ninja or make and Python 3 with pip, which are not on PATH: install what is missing (Debian or Ubuntu: `apt install g++ cmake ninja-build python3-pip`; Fedora: `dnf install gcc-c++ cmake ninja-build python3-pip`; Arch: `pacman -S gcc cmake ninja python-pip`; macOS: `xcode-select --install && brew install cmake ninja python`) and run `npm run setup` again; without pip, set LIBTORCH to a folder that holds libtorch's lib/ and include/.",
    );
    pip();
    expect((await bench.install({})).text).toContain(
      "needs a C++ compiler, CMake and ninja or make, which are",
    );
    expect(existsSync(join(here, "asked"))).toBe(false);
  });

  test.each([
    [
      ["cmake", "make"],
      "needs a C++ compiler, which is not",
      "`apt install g++`",
      "`xcode-select --install`",
    ],
    [["c++", "ninja"], "needs CMake, which is not", "`dnf install cmake`", "`brew install cmake`"],
    [["c++", "cmake"], "needs ninja or make, which is not", "`pacman -S ninja`", "`brew install ninja`"],
    [["c++"], "needs CMake and ninja or make, which are not", "`apt install cmake ninja-build`", "macOS"],
  ])(
    "with only %j on PATH, and a libtorch of one's own, for which no pip is needed",
    async (tools, ...parts) => {
      for (const name of tools) makeTool(bin, name, version);
      const { code, text } = await bench.install(own());
      expect(code).toBe(1);
      for (const part of parts) expect(text).toContain(part);
    },
  );

  test("a compiler named by CXX that does not run", async () => {
    for (const name of ["cmake", "make"]) makeTool(bin, name, version);
    const { text } = await bench.install({ ...own(), CXX: "/nowhere/c++" });
    expect(text).toContain("needs the C++ compiler that CXX=/nowhere/c++ names, which is not on PATH");
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
    expect(plain.text).toMatch(/ {2}problem {2}compiler +not found on PATH → install it \(Debian/);
    expect(plain.text).toContain("7 problems");
  });
});

// These compile for real, against three empty libraries; a second each.
describe("building", () => {
  const PATH = process.env.PATH ?? "";
  const ADDON = `#include <node_api.h>\nNAPI_MODULE_INIT() { (void)env; return exports; }\n`;
  const root = mkdtempSync(join(tmpdir(), "throughline-libraries-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
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
    bench.pipWith({ ...FILES, ...libraries, ...more });
    const ctx = bench.context({ PATH: `${bin}:${PATH}` });
    const options = { native: join(here, "native"), out: join(here, "out"), wheel: bench.wheel(ctx) };
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
    expect(bench.timesAsked()).toBe(2);
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
      '#include <throughline/choose.h>\n#ifndef _OPENMP\n#error no OpenMP\n#endif\nextern "C" __attribute__((visibility("default"))) int seven() { return 7; }\n',
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
  });
});
