// Our packages as they would be published, installed in somebody else's project: programs, tests, bundles, the command.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, describe, expect, test } from "vitest";
import { clone, installProject, run, succeed, writePrograms } from "./support/project.js";

const folder = fileFolder();
const packed = join(folder, "packed");
const project = join(folder, "my-project");
const programs: string[] = [];
let firstUse: { readonly stdout: string; readonly stderr: string };

beforeAll(async () => {
  await succeed([process.execPath, join(clone, "scripts/pack.mjs"), packed], clone);
  await installProject(project, packed);
  programs.push(...writePrograms(project));
  const manifest = JSON.parse(readFileSync(join(project, "package.json"), "utf8"));
  manifest.throughline.registry = ["src/registry.ts", "line.ts"];
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest));
  firstUse = await succeed(["npx", "tsx", "train.ts"], project);
});

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
}

describe("what is published", () => {
  test("each file that a package promises is in it, with types, licence and README, and nothing of tests", async () => {
    const files = readdirSync(packed);
    for (const name of ["cec", "cli", "envs", "examples", "flossing", "lab", "ocra", "torch"])
      expect(files).toContainEqual(expect.stringMatching(`^throughline-${name}-`));
    expect(files).toContainEqual(expect.stringMatching("^create-throughline-"));
    for (const file of files) {
      const { stdout } = await succeed(["tar", "-tzf", join(packed, file)], packed);
      const inside = new Set(stdout.trim().split("\n"));
      const { stdout: text } = await succeed(
        ["tar", "-xzOf", join(packed, file), "package/package.json"],
        packed,
      );
      const { name, version, exports, bin = {}, dependencies = {} } = JSON.parse(text) as Manifest;
      const targets = Object.values(exports).flatMap((one) =>
        typeof one === "string" ? [one] : Object.values(one),
      );
      const promised = [...targets, ...Object.values(bin), "LICENSE", "README.md"];
      for (const each of promised) expect(inside, name).toContain(join("package", each));
      expect(stdout).not.toMatch(/tsbuildinfo|package\/(build|test)\//);
      for (const [other, wanted] of Object.entries(dependencies))
        if (other.startsWith("@throughline/")) expect(wanted, `${name} needs ${other}`).toBe(version);
    }
  });

  test("no package runs anything when it is installed", async () => {
    for (const file of readdirSync(packed)) {
      const { stdout } = await succeed(["tar", "-xzOf", join(packed, file), "package/package.json"], packed);
      const scripts = Object.keys(JSON.parse(stdout).scripts ?? {});
      expect(scripts.filter((name) => /^((pre|post)?install|prepare)$/.test(name))).toEqual([]);
    }
  });
});

describe("first use", () => {
  test("says what it sets up, and the next one nothing", async () => {
    expect(firstUse.stderr).toContain("libtorch");
    expect(firstUse.stdout).toMatch(/^100 .*\n200 /);
    expect(await succeed(["npx", "tsx", "train.ts"], project)).toMatchObject({
      stderr: "",
      stdout: firstUse.stdout,
    });
  });

  test("repeats itself where the addon no longer loads", async () => {
    const addon = join(project, "node_modules/@throughline/torch/build/throughline_torch.node");
    rmSync(addon);
    writeFileSync(addon, "nonsense");
    const { stdout, stderr } = await succeed(["npx", "tsx", "train.ts"], project);
    expect(stderr).toContain("libtorch");
    expect(stdout).toBe(firstUse.stdout);
  });

  test("ends with a sentence where it fails", async () => {
    const addon = join(project, "node_modules/@throughline/torch/build/throughline_torch.node");
    const kept = readFileSync(addon);
    rmSync(addon);
    writeFileSync(join(folder, "no-folder"), "");
    const env = { THROUGHLINE_CACHE: join(folder, "no-folder", "cache"), LIBTORCH: undefined };
    const { code, stderr } = await run(["npx", "tsx", "train.ts"], project, env);
    writeFileSync(addon, kept);
    expect(code).not.toBe(0);
    expect(stderr).toContain("Throughline set-up failed.");
    expect(stderr).toMatch(
      /TorchError.*: set-up of throughline_torch\.node failed \(the reason is said above\); to try again: node \S+install\.mjs \S+/,
    );
  });

  test("can be had at once by the command", async () => {
    const { stderr } = await succeed(["npx", "throughline", "setup"], project);
    expect(stderr).toContain("nothing else will be fetched or compiled");
    for (const name of ["envs", "flossing", "ocra"])
      expect(existsSync(join(project, `node_modules/@throughline/${name}/build`)), name).toBe(true);
  });
});

describe("programs", () => {
  const readsTypeScript = Boolean((process.features as { readonly typescript?: unknown }).typescript);

  test("are those of the page", () => expect(programs).toEqual(["train.ts", "floss.ts", "line.ts"]));

  test("compile with every check of types, those of our declarations too, and run on plain Node", async () => {
    const words =
      "--ignoreConfig --strict --skipLibCheck false --module nodenext --target es2023 --types node";
    const options = [...words.split(" "), "--lib", "es2024,esnext.disposable", "--outDir", "out"];
    await succeed(["npx", "tsc", ...options, ...programs], project);
    const { stdout } = await succeed([process.execPath, "out/train.js"], project);
    expect(stdout).toBe(firstUse.stdout);
    const flossed = await succeed([process.execPath, "out/floss.js"], project);
    expect(flossed.stdout).toMatch(/^largest exponent: -0\.\d+ → -?0\.\d+ nats per step\n$/);
  });

  test.skipIf(!readsTypeScript)("run as they are where Node reads TypeScript", async () => {
    expect((await succeed([process.execPath, "train.ts"], project)).stdout).toBe(firstUse.stdout);
  });

  test("can be required, as in a package of type commonjs", async () => {
    const script = 'console.log(require("@throughline/torch").ones([2]).sum().item())';
    expect((await succeed([process.execPath, "--no-warnings", "-e", script], project)).stdout).toBe("2\n");
  });
});

describe("a bundler", () => {
  const build = (name: string, config: object) => {
    const file = join(project, `${name}.config.mjs`);
    const all = { logLevel: "error", build: { ssr: "train.ts", outDir: name }, ...config };
    writeFileSync(file, `export default ${JSON.stringify(all)};\n`);
    return succeed(["npx", "vite", "build", "--config", file], project);
  };

  test("that leaves our packages out makes a program that runs", async () => {
    await build("bundle", {});
    expect((await succeed([process.execPath, "bundle/train.js"], project)).stdout).toBe(firstUse.stdout);
  });

  test("that takes them in makes one that says what is wrong", async () => {
    await build("inside", { ssr: { noExternal: true } });
    const { code, stderr } = await run([process.execPath, "inside/train.js"], project);
    expect(code).not.toBe(0);
    expect(stderr).toContain(
      "a bundler has taken @throughline/torch apart; tell it to leave @throughline/* out",
    );
  });
});

describe("the command", () => {
  const throughline = (...args: string[]) => succeed(["npx", "throughline", ...args], project);

  test("offers the project's experiments beside its own", async () => {
    const { stdout } = await throughline("list");
    for (const name of ["mine/remember", "mine/line", "examples/digits", "flossing/train", "ocra/task"])
      expect(stdout).toContain(name);
  });

  test("runs one, and several in processes of their own", async () => {
    expect((await throughline("run", "mine/line", "--preset", "smoke")).stdout).toContain("finished");
    const words = "sweep mine/line --preset smoke --seeds 0..1 --json".split(" ");
    const { stdout } = await throughline(...words);
    expect(JSON.parse(stdout).cells).toMatchObject([{ status: "finished" }, { status: "finished" }]);
  });
});

test("the project that npm init throughline makes passes its own test", async () => {
  const { stdout } = await succeed(["npm", "test"], project);
  expect(stdout).toMatch(/1 passed/);
});
