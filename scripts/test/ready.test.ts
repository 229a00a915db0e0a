// What `npm start` and `npm test` begin with: everything once, nothing twice, and a sentence where it cannot be done.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
// Plain JavaScript, whose types scripts/tsconfig.json checks.
const load = (name: string) => import(/* @vite-ignore */ join(root, `packages/torch/setup/${name}.mjs`));
const { execute, Workbench } = await load("workbench");
const { makeTool } = await load("fakes");
const { nodeApiHeaders } = await load("node-api");
const { describePart } = await load("part");
const { sha256, sourcesHash } = await load("prebuilt");

let bench: InstanceType<typeof Workbench>;
let clone = "";
let env: Record<string, string> = {};
beforeEach(() => {
  bench = new Workbench();
  clone = join(bench.here, "clone");
  const native = join(clone, "packages/torch/native");
  for (const folder of [native, join(clone, "apps/cli/dist")]) mkdirSync(folder, { recursive: true });
  write("packages/torch/package.json", { name: "@throughline/torch", version: "0.1.0" });
  write("package-lock.json", {
    packages: { "": {}, "node_modules/typescript": { version: "1.0.0", integrity: "a" } },
  });
  writeFileSync(join(clone, "apps/cli/dist/main.js"), "");
  writeFileSync(
    join(native, "a.cpp"),
    "#include <node_api.h>\nNAPI_MODULE_INIT() { (void)env; return exports; }\n",
  );
  env = {
    PATH: bench.bin,
    THROUGHLINE_CACHE: bench.cache,
    LIBTORCH: bench.libtorchFolder("2.13.0"),
    ...prebuilt(native),
  };
  // npm that installs what the lock file says, with a compiler that does nothing.
  const tsc = join(clone, "node_modules/.bin/tsc");
  npm(
    `/bin/mkdir -p ${clone}/node_modules/.bin; /bin/cp ${clone}/package-lock.json ${clone}/node_modules/.package-lock.json\n` +
      `printf '#!/bin/sh\\necho tsc >> ${bench.here}/asked\\n' > ${tsc}; /bin/chmod +x ${tsc}`,
  );
});
afterEach(() => bench.remove());

const write = (path: string, content: object) => writeFileSync(join(clone, path), JSON.stringify(content));
/** An npm that says something to `ping`, and does something else for `ci`. */
const npm = (script: string, ping = "exit 0") =>
  makeTool(bench.bin, "npm", `[ "$1" = ping ] && { ${ping}; }\necho npm >> ${bench.here}/asked\n${script}`);

/** A ready-made addon, so that these tests compile one file and no libtorch. */
function prebuilt(native: string): { THROUGHLINE_PREBUILT: string } {
  const folder = join(bench.here, "prebuilt");
  mkdirSync(folder);
  const part = describePart(process, native);
  const file = join(folder, part.file);
  execFileSync("c++", [
    "-shared",
    "-fPIC",
    "-isystem",
    nodeApiHeaders().include,
    "-o",
    file,
    join(native, "a.cpp"),
  ]);
  const files = { [part.file]: { sha256: sha256(file), sources: sourcesHash(part) } };
  const { platform, arch } = process;
  writeFileSync(
    join(folder, "prebuilt.json"),
    JSON.stringify({ libtorch: "2.13", variant: "cpu", platform, arch, files }),
  );
  return { THROUGHLINE_PREBUILT: folder };
}

/** Runs it; what it says, and what it ran. */
async function ready(node: string[] = []): Promise<{ code: number | null; text: string; asked: string[] }> {
  const log = join(bench.here, "asked");
  rmSync(log, { force: true });
  const { code, text } = await execute([...node, join(root, "scripts/ready.mjs"), "--root", clone], env);
  return { code, text, asked: existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : [] };
}

test("everything is done once; then nothing is done, and nothing is said", async () => {
  const first = await ready();
  expect(first.text).toMatch(/^ {2}Set-up fetches npm packages \(\d+ MB\)\. It needs \d+ MB of disk/);
  expect(first).toMatchObject({ code: 0, asked: ["npm", "tsc"] });
  expect(await ready()).toEqual({ code: 0, text: "", asked: [] });
});

test("what has changed is done again, and no more", async () => {
  await ready();
  appendFileSync(join(clone, "packages/torch/package.json"), "\n");
  expect((await ready()).asked).toEqual(["tsc"]);
  write("package-lock.json", {
    packages: { "": {}, "node_modules/typescript": { version: "1.0.1", integrity: "b" } },
  });
  expect((await ready()).asked).toEqual(["npm", "tsc"]);
  rmSync(join(clone, "packages/torch/build/throughline_torch.node"));
  expect((await ready()).asked).toEqual(["tsc"]);
  expect(existsSync(join(clone, "packages/torch/build/throughline_torch.node"))).toBe(true);
  env.THROUGHLINE_PREBUILT = "off";
  expect(await ready()).toMatchObject({ code: 1, text: expect.stringContaining("needs a C++ compiler") });
});

test.each([
  [
    "npm error code ENOTFOUND",
    /npm could not reach its registry \(ENOTFOUND\): check the network connection or npm's proxy/,
  ],
  ["npm error code ECONNREFUSED", /npm could not reach its registry \(ECONNREFUSED\)/],
  ["npm error code ENOSPC", /The disk became full while npm installed packages: free some space/],
  ["npm error code EUSAGE\nnpm error odd", /npm could not install the packages \(odd\): correct that/],
])("npm that fails with %j is one sentence, and the next run begins there", async (output, sentence) => {
  npm(`printf '${output.replace("\n", "\\n")}\\n'; exit 1`);
  const { code, text } = await ready();
  expect(code).toBe(1);
  expect(text).toMatch(sentence);
  expect(text).not.toMatch(/^\s+at /m);
  expect((await ready()).asked).toEqual(["npm"]);
});

test("without network npm installs what it has; what it lacks is the network's fault", async () => {
  const silent = "echo 'npm error code ETIMEDOUT'; exit 1";
  npm(`case "$*" in *--offline*) echo 'npm error code ENOTCACHED'; exit 1 ;; esac; exit 0`, silent);
  expect(await ready()).toMatchObject({
    code: 1,
    asked: ["npm"],
    text: expect.stringContaining(
      "npm could not reach its registry (ETIMEDOUT): check the network connection",
    ),
  });
});

test("without npm, with a cache that is a file, nothing is begun", async () => {
  rmSync(join(bench.bin, "npm"));
  env.THROUGHLINE_CACHE = join(clone, "package-lock.json");
  const { code, text } = await ready();
  expect(code).toBe(1);
  expect(text).toMatch(/2 things are to be put right first; nothing was downloaded\./);
  expect(text).toContain(
    "npm, which comes with Node, is not on PATH: install it (Debian or Ubuntu: `apt install npm`",
  );
  expect(text).toMatch(/Cannot write to the cache folder .*package-lock\.json \(/);
  expect(existsSync(join(clone, "node_modules"))).toBe(false);
});

test("TypeScript that does not compile is shown", async () => {
  await ready();
  makeTool(join(clone, "node_modules/.bin"), "tsc", 'echo "a.ts(1,1): error TS1: wrong"; exit 2');
  appendFileSync(join(clone, "packages/torch/package.json"), "\n");
  expect(await ready()).toMatchObject({
    code: 1,
    text: expect.stringContaining("a.ts(1,1): error TS1: wrong"),
  });
});

test("an old Node is told so, before anything that it may not be able to read", async () => {
  const older = "data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '18.20.4' })";
  const { code, text, asked } = await ready(["--import", older]);
  expect(text.trim()).toMatch(
    /^Throughline needs Node 20\.19 or later, and this is 18\.20\.4: install a newer one \(/,
  );
  expect([code, asked]).toEqual([1, []]);
});

test("the two commands begin with it, and the only other way to it is `npm run setup`", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  for (const name of ["start", "test", "setup"])
    expect(scripts[name]).toMatch(/^node scripts\/ready\.mjs( && |$)/);
  for (const name of ["preinstall", "install", "postinstall", "prepare"])
    expect(scripts[name]).toBeUndefined();
  expect(readFileSync(join(root, ".ci/run"), "utf8")).toMatch(/\nnpm test\n$/);
});
