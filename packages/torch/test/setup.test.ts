// Fetching libtorch: every way it can fail ends with one sentence, and a broken cache repairs itself.
// Nothing here touches the network: pip is a script, the wheel is a few kilobytes.
import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

// The modules are plain JavaScript, whose types scripts/tsconfig.json checks.
const setup = fileURLToPath(new URL("../setup/", import.meta.url));
const load = (name: string) => import(/* @vite-ignore */ join(setup, `${name}.mjs`));
const { fetchLibtorch } = await load("fetch-libtorch");
const { findLibtorch, findPresentLibtorch } = await load("find-libtorch");
const { pinnedWheel } = await load("pin");
const { makePip, makeTool, makeWheel } = await load("fakes");
const { execute, FILES, sha256, WHEEL, Workbench } = await load("workbench");

let bench: InstanceType<typeof Workbench>;
let here = "";
let bin = "";
let cache = "";
beforeEach(() => {
  bench = new Workbench();
  ({ here, bin, cache } = bench);
  bench.addTools();
});
afterEach(() => bench.remove());

describe("fetching", () => {
  test("unpacks only libraries and headers, leaves no wheel, and does not ask pip again", async () => {
    bench.pipWith();
    const ctx = bench.context();
    const found = await findLibtorch(ctx, { wheel: bench.wheel(ctx) });
    expect(found).toMatchObject({ version: "2.13.0", variant: "cpu", source: "cache" });
    expect(readdirSync(found.lib).sort()).toEqual(["libc10.so", "libtorch.so", "libtorch_cpu.so"]);
    expect(readdirSync(found.path).sort()).toEqual(["include", "lib", "version.py"]);
    expect(readFileSync(join(found.lib, "libtorch_cpu.so"), "utf8")).toBe(FILES["torch/lib/libtorch_cpu.so"]);
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    await findLibtorch(ctx, { wheel: bench.wheel(ctx) });
    expect(bench.timesAsked()).toBe(1);
  });

  test("asks for a fixed Python and platform, first as pip is configured, then with PyTorch's index", async () => {
    makePip(
      bin,
      `echo "ERROR: No matching distribution found for torch"; echo "$args" >> ${here}/args; exit 1`,
    );
    await expect(fetchLibtorch(bench.context())).rejects.toThrow(
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
    const named = [WHEEL, nvidia].map((name) => sha256(join(here, name)));
    const variant = { THROUGHLINE_LIBTORCH_VARIANT: "cu130" };
    const env = { ...variant, THROUGHLINE_LIBTORCH_SHA256: `${named[0]}, ${named[1]?.toUpperCase()}` };
    const path = await fetchLibtorch(bench.context(env));
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
    const { code, text } = await bench.install({});
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Set-up needs Python 3 with pip, which is not on PATH: install what is missing \(Debian .*; without pip, set LIBTORCH/,
    );
    expect(failed(text)).not.toContain("\n");
  });

  test("a python3 without pip is not pip", async () => {
    makeTool(bin, "python3", 'echo "No module named pip" >&2; exit 1');
    expect(failed((await bench.install({})).text)).toMatch(/^Set-up needs Python 3 with pip/);
  });

  test("no network, with pip's output kept in a file", async () => {
    const reason = "Failed to establish a new connection: [Errno -3] Temporary failure in name resolution";
    makePip(
      bin,
      `echo "WARNING: Retrying: ${reason}"; echo "ERROR: No matching distribution found for torch"; exit 1`,
    );
    const { code, text } = await bench.install({});
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
    expect(failed((await bench.install({})).text)).toMatch(
      /^The disk became full while pip downloaded torch 2\.13\.0\+cpu: free some/,
    );
    makePip(bin, 'echo "ERROR: something odd"; exit 2');
    expect(failed((await bench.install({})).text)).toMatch(
      /^pip failed to download torch 2\.13\.0\+cpu \(ERROR: something odd\): correct that and run `npm run setup` again/,
    );
  });

  test("half a download", async () => {
    makePip(bin, `echo half > "$dest/${WHEEL}"`);
    const { code, text } = await bench.install({});
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
      const ctx = bench.context();
      await expect(fetchLibtorch(ctx, bench.wheel(ctx, ["part.whl"]))).rejects.toThrow(
        /^The download of .* is incomplete \(it cannot be unpacked\): check the network/,
      );
    }
  });

  test("pip says success and leaves nothing", async () => {
    makePip(bin, "exit 0");
    expect(failed((await bench.install({})).text)).toMatch(
      /^pip reported success but left no wheel of torch 2\.13\.0\+cpu: run/,
    );
  });

  test("the wheel has another hash than the pinned one", async () => {
    bench.pipWith();
    const ctx = bench.context();
    const wheel = { ...bench.wheel(ctx), hashes: ["0".repeat(64)] };
    await expect(fetchLibtorch(ctx, wheel)).rejects.toThrow(
      /^torch-.*\.whl has SHA-256 [0-9a-f]{64} where 0{64} is expected: if it was damaged on its way here, empty pip's cache/,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test.each([
    ["does not match", (record: string) => record.replace(/(libc10\.so,sha256=)..../, "$1AAAA")],
    ["is missing from", (record: string) => record.replace(/^.*libc10\.so.*\n/m, "")],
  ])("a file %s the wheel's RECORD", async (how, tamper) => {
    bench.pipWith(FILES, tamper);
    const ctx = bench.context();
    await expect(fetchLibtorch(ctx, bench.wheel(ctx))).rejects.toThrow(
      `torch/lib/libc10.so in ${WHEEL} ${how} the wheel's own RECORD of hashes, so the wheel is damaged`,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
  });

  test("paths that lead out of the folder are not unpacked", async () => {
    bench.pipWith({ ...FILES, "torch/include/../../../../escaped.h": "x" });
    const ctx = bench.context();
    await fetchLibtorch(ctx, bench.wheel(ctx));
    expect(existsSync(join(cache, "escaped.h"))).toBe(false);
  });

  test("not enough disk space, before anything is downloaded", async () => {
    bench.pipWith();
    await expect(fetchLibtorch(bench.context({}, { freeBytes: async () => 3e8 }))).rejects.toThrow(
      /^Not enough disk space in .*: 1\.0 GB needed, 300 MB free; free some space, or set THROUGHLINE_CACHE to a folder on a larger disk/,
    );
    expect(existsSync(join(here, "asked"))).toBe(false);
  });

  test("a cache folder that cannot be written", async () => {
    bench.pipWith();
    writeFileSync(join(here, "file"), "");
    const { code, text } = await bench.install({ THROUGHLINE_CACHE: join(here, "file", "cache") });
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Cannot write to the cache folder .*\/file\/cache \(ENOTDIR\): make it writable, or set THROUGHLINE_CACHE/,
    );
  });

  test.skipIf(!existsSync("/proc/self"))("a cache folder in a place without folders", async () => {
    bench.pipWith();
    const env = { PATH: bin, THROUGHLINE_CACHE: "/proc/nope" };
    const { code, text } = await bench.install(env);
    expect(code).toBe(1);
    expect(failed(text)).toMatch(
      /^Cannot write to the cache folder \/proc\/nope \((ENOENT|EACCES|EPERM)\): make it writable, or set/,
    );
    const doctor = await execute([join(setup, "doctor.mjs"), "--json"], env);
    const { checks } = JSON.parse(doctor.text) as { checks: { name: string }[] };
    expect(checks.find(({ name }) => name === "cache")).toMatchObject({
      status: "problem",
      detail: "/proc/nope cannot be written",
    });
  });

  test("pip does not wait long for an index that is silent, unless the user is patient", async () => {
    makePip(bin, `echo "$PIP_RETRIES $PIP_DEFAULT_TIMEOUT" >> ${here}/patience; exit 1`);
    await bench.install({});
    await bench.install({ PIP_RETRIES: "7" });
    expect(readFileSync(join(here, "patience"), "utf8")).toBe("1 10\n7 10\n");
  });

  test("without network pip is asked once; a download that broke off is the network's too", async () => {
    const unreachable = "Failed to establish a new connection: [Errno 101] Network is unreachable";
    makePip(
      bin,
      `echo asked >> ${here}/asked; echo "${unreachable}"; echo "ERROR: No matching distribution found"; exit 1`,
    );
    expect(failed((await bench.install({})).text)).toMatch(/^pip could not reach its package index/);
    expect(bench.timesAsked()).toBe(1);
    makePip(bin, 'echo "error: incomplete-download"; echo "not enough bytes were received"; exit 1');
    expect(failed((await bench.install({})).text)).toMatch(/^pip could not reach its package index/);
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

describe("wheels whose hash is not pinned", () => {
  test.each([
    ["linux", "arm64", {}, "2.13.0+cpu", "https://download.pytorch.org/whl/cpu/torch"],
    [
      "linux",
      "x64",
      { THROUGHLINE_LIBTORCH_VARIANT: "cu130" },
      "2.13.0+cu130",
      "https://download.pytorch.org/whl/cu130/torch",
    ],
    [
      "win32",
      "x64",
      { THROUGHLINE_LIBTORCH_VARIANT: "xpu" },
      "2.13.0+xpu",
      "https://download.pytorch.org/whl/xpu/torch",
    ],
  ] as const)(
    "of %s %s %j are refused before they are downloaded",
    async (platform, arch, env, version, index) => {
      bench.pipWith();
      await expect(fetchLibtorch(bench.context(env, { platform, arch }))).rejects.toThrow(
        `No hash is pinned for libtorch ${version}-${platform}-${arch}: set THROUGHLINE_LIBTORCH_SHA256 to the SHA-256 of the wheel torch ${version}, which its index (${index}) states behind #sha256=, and run`,
      );
      expect(existsSync(join(here, "asked"))).toBe(false);
    },
  );

  test("are unpacked if the user names their hash, and only then", async () => {
    bench.pipWith();
    const named = (hash: string) =>
      bench.context({ THROUGHLINE_LIBTORCH_SHA256: hash }, { platform: "linux", arch: "arm64" });
    await expect(fetchLibtorch(named("a".repeat(64)))).rejects.toThrow(
      `${WHEEL} has SHA-256 ${sha256(join(here, WHEEL))} where ${"a".repeat(64)} is expected`,
    );
    expect(readdirSync(join(cache, "libtorch"))).toEqual([]);
    expect(existsSync(await fetchLibtorch(named(sha256(join(here, WHEEL)))))).toBe(true);
  });

  test("NVIDIA's beside them need a hash too", async () => {
    makeWheel(join(here, WHEEL), FILES);
    const nvidia = "nvidia_cuda_runtime-13.0-py3-none-manylinux2014_x86_64.whl";
    makeWheel(join(here, nvidia), { "nvidia/cu13/lib/libcudart.so.13": "cudart" });
    makePip(bin, `/bin/cp "${here}/${WHEEL}" "${here}/${nvidia}" "$dest"`);
    const env = {
      THROUGHLINE_LIBTORCH_VARIANT: "cu130",
      THROUGHLINE_LIBTORCH_SHA256: sha256(join(here, WHEEL)),
    };
    await expect(fetchLibtorch(bench.context(env))).rejects.toThrow(
      `${nvidia} has SHA-256 ${sha256(join(here, nvidia))} where ${sha256(join(here, WHEEL))} is expected`,
    );
  });

  test("a hash that is none is refused", () => {
    const env = { THROUGHLINE_LIBTORCH_SHA256: "sha256:12" };
    expect(() => pinnedWheel({ env, platform: "linux", arch: "x64" })).toThrow(
      /^THROUGHLINE_LIBTORCH_SHA256 holds "sha256:12", which is no SHA-256: give 64 hexadecimal digits/,
    );
  });
});

describe("a cache that others can change", () => {
  const refused = /^The cache is not safe, because set-up runs what lies there and .*: take that right away/;
  const attempt = () => {
    const ctx = bench.context();
    return fetchLibtorch(ctx, bench.wheel(ctx));
  };

  test.each([
    ["", 0o777, "every user can write to it"],
    ["", 0o1777, "every user can write to it"],
    ["builds", 0o757, "every user can write to it"],
    ["libtorch", 0o702, "every user can write to it"],
  ])("is refused: folder '%s' with mode %o", async (folder, mode, why) => {
    bench.pipWith();
    await attempt();
    const path = join(cache, folder);
    chmodSync(path, mode);
    await expect(attempt()).rejects.toThrow(refused);
    await expect(attempt()).rejects.toThrow(`${path} can be changed by others: ${why}`);
    await expect(findPresentLibtorch(bench.context())).rejects.toThrow(refused);
    const doctor = await execute([join(setup, "doctor.mjs"), "--json"], {
      PATH: bin,
      THROUGHLINE_CACHE: cache,
    });
    expect(doctor.text).toContain("The cache is not safe");
  });

  test("is refused where everybody can write above it, but not below a folder like /tmp", async () => {
    bench.pipWith();
    chmodSync(here, 0o777);
    await expect(attempt()).rejects.toThrow(`every user can write to ${here}, above it`);
    chmodSync(here, 0o1777);
    await attempt();
  });

  // Only root may give files away.
  test.skipIf(process.getuid?.() !== 0)(
    "is refused if another user owns it, or another group can write",
    async () => {
      bench.pipWith();
      await attempt();
      chownSync(cache, 12345, 0);
      await expect(attempt()).rejects.toThrow(
        `${cache} can be changed by others: it belongs to another user (12345)`,
      );
      chownSync(cache, 0, 12345);
      await attempt();
      chmodSync(cache, 0o770);
      await expect(attempt()).rejects.toThrow(
        `${cache} can be changed by others: its group (12345) can write to it`,
      );
      chownSync(cache, 0, 0);
      await attempt();
    },
  );

  test("in part is fetched again: what lay there is not used", async () => {
    bench.pipWith();
    const path = await attempt();
    for (const part of ["lib/libc10.so", "lib", "include/torch"]) {
      chmodSync(join(path, part), 0o777);
      await expect(findPresentLibtorch(bench.context())).rejects.toThrow(
        /can be changed by others: every user/,
      );
      await attempt();
      expect(statSync(join(path, part)).mode & 0o002).toBe(0);
    }
    expect(bench.timesAsked()).toBe(4);
  });

  test("is not made, whatever the umask", async () => {
    bench.pipWith();
    const program = `process.umask(0); await import(${JSON.stringify(join(setup, "install.mjs"))});`;
    const named = { THROUGHLINE_LIBTORCH_SHA256: sha256(join(here, WHEEL)) };
    await execute(["--input-type=module", "-e", program], { PATH: bin, THROUGHLINE_CACHE: cache, ...named });
    const paths = readdirSync(cache, { recursive: true, encoding: "utf8" }).map((name) => join(cache, name));
    expect(paths.filter((path) => path.endsWith(".so"))).toHaveLength(3);
    for (const path of [cache, ...paths]) expect(statSync(path).mode & 0o022, path).toBe(0);
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
    bench.pipWith();
    const ctx = bench.context();
    const path = await fetchLibtorch(ctx, bench.wheel(ctx));
    damage(join(path, "lib/libc10.so"));
    await expect(findPresentLibtorch(ctx)).rejects.toThrow(
      /^The cached libtorch is damaged \(.*\): run `npm run setup`\.$/,
    );
    expect(await fetchLibtorch(ctx, bench.wheel(ctx))).toBe(path);
    expect(ctx.said.join("\n")).toContain(reason);
    expect(readFileSync(join(path, "lib/libc10.so"), "utf8")).toBe("c10");
    expect(bench.timesAsked()).toBe(2);
  });

  test("is fetched once when several processes want it at the same time", async () => {
    bench.pipWith(FILES, undefined, "/bin/sleep 0.3");
    const script = `
      const [{ createContext }, { fetchLibtorch }, { pinnedWheel }] =
        await Promise.all(["context", "fetch-libtorch", "pin"].map((name) => import(${JSON.stringify(setup)} + name + ".mjs")));
      const ctx = createContext({ platform: "linux", arch: "x64" });
      console.log(await fetchLibtorch(ctx, { ...pinnedWheel(ctx), bytes: undefined }));`;
    const named = { THROUGHLINE_LIBTORCH_SHA256: sha256(join(here, WHEEL)) };
    const env = { PATH: bin, THROUGHLINE_CACHE: cache, ...named };
    const runs = Array.from({ length: 3 }, () => execute(["--input-type=module", "-e", script], env));
    const results = await Promise.all(runs);
    expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(results.filter(({ text }) => text.includes("Waiting for another set-up")).length).toBeGreaterThan(
      0,
    );
    expect(bench.timesAsked()).toBe(1);
    expect(existsSync(join(cache, "setup.lock"))).toBe(false);
  });

  test("a killed set-up's lock and leftovers are cleared away", async () => {
    bench.pipWith();
    mkdirSync(join(cache, "tmp", "leftover"), { recursive: true });
    const dead = Number(execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }));
    writeFileSync(join(cache, "setup.lock"), JSON.stringify({ pid: dead, host: hostname() }));
    const ctx = bench.context();
    await fetchLibtorch(ctx, bench.wheel(ctx));
    expect(readdirSync(join(cache, "tmp"))).toEqual([]);
    expect(readdirSync(cache).filter((name) => name.startsWith("setup.lock"))).toEqual([]);
  });

  test("Ctrl-C while downloading releases the lock and ends pip", async () => {
    makePip(bin, `echo $$ > ${here}/pid; exec /bin/sleep 60`);
    const child = spawn(process.execPath, [join(setup, "install.mjs")], {
      env: { PATH: bin, THROUGHLINE_CACHE: cache },
    });
    const ended = new Promise((done) => child.on("close", done));
    try {
      while (!existsSync(join(here, "pid")) && child.exitCode === null)
        await new Promise((next) => setTimeout(next, 20));
      child.kill("SIGINT");
      expect(await ended).toBe(130);
    } finally {
      child.kill("SIGKILL");
    }
    expect(existsSync(join(cache, "setup.lock"))).toBe(false);
  });
});

describe("a libtorch of one's own", () => {
  test("LIBTORCH is preferred to everything else and needs no cache", async () => {
    const folder = bench.libtorchFolder("2.11.0");
    expect(await findLibtorch(bench.context({ LIBTORCH: folder, LIBTORCH_USE_PYTORCH: "1" }))).toMatchObject({
      version: "2.11.0",
      source: "LIBTORCH",
      lib: join(folder, "lib"),
    });
    expect(existsSync(cache)).toBe(false);
  });

  test.each(["1.13.1", "2.10.0", "3.0.0"])(
    "version %s is refused, unless the check is bypassed",
    async (version) => {
      const LIBTORCH = bench.libtorchFolder(version);
      const { code, text } = await bench.install({ LIBTORCH });
      expect(code).toBe(1);
      expect(text).toContain(
        `Throughline set-up failed. LIBTORCH=${LIBTORCH} is libtorch ${version}, but Throughline needs 2.11 or later, below 3 (2.13.0 is best): set LIBTORCH to a folder that holds lib/ and include/ of such a libtorch, or unset it to have libtorch 2.13.0 fetched, or set THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK=1 to try this one.`,
      );
      const bypassed = bench.context({ LIBTORCH, THROUGHLINE_LIBTORCH_BYPASS_VERSION_CHECK: "1" });
      expect(await findLibtorch(bypassed)).toMatchObject({ version });
    },
  );

  test("a folder that lacks a library, has no headers, or is none", async () => {
    const folder = bench.libtorchFolder("2.13.0", ["libc10.so"]);
    await expect(findLibtorch(bench.context({ LIBTORCH: folder }))).rejects.toThrow(
      `LIBTORCH=${folder} is not a complete libtorch (missing: ${folder}/lib/libtorch_cpu.so, ${folder}/lib/libtorch.so)`,
    );
    await expect(findLibtorch(bench.context({ LIBTORCH: here }))).rejects.toThrow(
      `is not a complete libtorch (missing: ${here}/include/torch/headeronly/version.h)`,
    );
    await expect(findLibtorch(bench.context({ LIBTORCH: join(here, "none") }))).rejects.toThrow(
      /^LIBTORCH=.*none is not a folder: set it to a folder that holds libtorch's lib\/ and include\//,
    );
  });

  test("LIBTORCH_USE_PYTORCH=1 takes the torch of the active Python", async () => {
    const folder = bench.libtorchFolder("2.12.1");
    writeFileSync(join(folder, "version.py"), "cuda: Optional[str] = '13.0'\n");
    makeTool(bin, "python3", `echo ${folder}`);
    const found = await findLibtorch(bench.context({ LIBTORCH_USE_PYTORCH: "1" }));
    expect(found).toMatchObject({ version: "2.12.1", source: "python", variant: "cuda 13.0", path: folder });
    makeTool(bin, "python3", "echo");
    await expect(findLibtorch(bench.context({ LIBTORCH_USE_PYTORCH: "1" }))).rejects.toThrow(
      /^LIBTORCH_USE_PYTORCH=1 is set, but .*python3 has no torch installed: activate the environment that has PyTorch/,
    );
    rmSync(join(bin, "python3"));
    await expect(findLibtorch(bench.context({ LIBTORCH_USE_PYTORCH: "1" }))).rejects.toThrow(
      /there is no python3 on PATH/,
    );
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
