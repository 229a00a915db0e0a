// Ready-made files: taken without a compiler where they fit, and only there.
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bench, bin, here, load, useBench } from "./bench.js";

const { setUp } = await load("set-up");
const { describePart } = await load("part");
const { findPrebuilt, sha256, sourcesHash } = await load("prebuilt");
const { nodeApiHeaders } = await load("node-api");

useBench({ tools: false });

const LINUX = { platform: "linux", arch: "x64" };
const CPU = { version: "2.13.0", variant: "cpu" };

interface Manifest {
  libtorch: string;
  variant: string;
  platform: string;
  arch: string;
  files: Record<string, { sha256: string; sources: string }>;
}

/** A folder of sources and one of ready-made files that fits them. */
function ready(change: Partial<Manifest> = {}) {
  const native = join(here, "native");
  const folder = join(here, "prebuilt");
  for (const each of [native, folder]) mkdirSync(each, { recursive: true });
  writeFileSync(
    join(native, "a.cpp"),
    "#include <node_api.h>\nNAPI_MODULE_INIT() { (void)env; return exports; }\n",
  );
  const part = describePart(LINUX, native);
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
  const manifest = { libtorch: "2.13", variant: "cpu", ...LINUX, files, ...change };

  writeFileSync(join(folder, "prebuilt.json"), JSON.stringify(manifest));
  const ctx = bench.context({ THROUGHLINE_PREBUILT: folder, LIBTORCH: bench.libtorchFolder("2.13.0") });
  return { native, folder, file, part, ctx, places: [{ native, out: join(here, "out") }] };
}

describe("ready-made files", () => {
  test("are taken without a compiler, tried, and find libtorch by a link beside them", async () => {
    const { ctx, places, part, file } = ready();
    const [made] = await setUp(ctx, { places });
    expect(made).toBe(join(here, "out", part.file));
    expect(sha256(made)).toBe(sha256(file));
    expect(readlinkSync(join(here, "out", "libtorch"))).toBe(join(ctx.env.LIBTORCH, "lib"));
    expect(JSON.parse(readFileSync(join(here, "out", "libtorch.json"), "utf8")).key).toMatch(/^prebuilt-/);
    expect(ctx.said.at(-1)).toMatch(/^Addon ready-made, loads: /);
  });

  test.each<[string, (at: ReturnType<typeof ready>) => void, string]>([
    ["damaged", ({ file }) => appendFileSync(file, "x"), "its throughline_torch.node is missing or damaged"],
    [
      "of other sources",
      ({ native }) => appendFileSync(join(native, "a.cpp"), "// changed\n"),
      "its throughline_torch.node was made of other sources",
    ],
    [
      "without a description that can be read",
      ({ folder }) => writeFileSync(join(folder, "prebuilt.json"), "{"),
      "cannot be read",
    ],
  ])("that are %s are not taken: a compiler is asked for", async (_, damage, why) => {
    const at = ready();
    damage(at);
    const again = describePart(LINUX, at.native);
    expect(findPrebuilt(at.ctx, again, CPU)).toEqual({ why: expect.stringContaining(why) });
    await expect(setUp(at.ctx, { places: at.places })).rejects.toThrow(/needs a C\+\+ compiler/);
    expect(existsSync(join(here, "out", at.part.file))).toBe(false);
  });

  test.each<[string, Partial<Manifest>, string]>([
    ["another libtorch", { libtorch: "2.12" }, "it is for libtorch 2.12 (cpu)"],
    ["a CUDA build", { variant: "cuda 13.0" }, "it is for libtorch 2.13 (cuda 13.0)"],
    ["another machine", { arch: "arm64" }, "it is for linux arm64"],
    ["other parts", { files: {} }, "it has no throughline_torch.node"],
  ])("for %s are not taken", (_, change, why) => {
    const { ctx, part } = ready(change);
    expect(findPrebuilt(ctx, part, CPU)).toEqual({ why });
  });

  test("that do not load are said and compiled instead", async () => {
    const at = ready();
    copyFileSync(process.execPath, at.file); // a whole file that is no addon
    const manifest = JSON.parse(readFileSync(join(at.folder, "prebuilt.json"), "utf8")) as Manifest;
    manifest.files[at.part.file]!.sha256 = sha256(at.file);
    writeFileSync(join(at.folder, "prebuilt.json"), JSON.stringify(manifest));
    // No compiler is here, so that the sentence of compiling is what ends it.
    await expect(setUp(at.ctx, { places: at.places })).rejects.toThrow(/needs a C\+\+ compiler/);
    expect(at.ctx.said.join("\n")).toMatch(
      /Compiling throughline_torch, since the one of @throughline\/torch-linux-x64 does not fit: The addon was compiled against/,
    );
  });

  test("are left alone with THROUGHLINE_PREBUILT=off; a folder without them is refused", async () => {
    const { ctx, part, places } = ready();
    const withEnv = (value: string) => ({ ...ctx, env: { ...ctx.env, THROUGHLINE_PREBUILT: value } });
    expect(findPrebuilt(withEnv("off"), part, CPU)).toEqual({ why: undefined });
    await expect(setUp(withEnv(bin), { places })).rejects.toThrow(
      `THROUGHLINE_PREBUILT=${bin} holds no prebuilt.json: set it to a folder that \`npm run prebuilt\` made, or to off, or unset it.`,
    );
  });
});
