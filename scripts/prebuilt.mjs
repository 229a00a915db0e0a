// npm run prebuilt [-- --out FOLDER]: packs the addon and every operator library, as set-up compiles them here, as
// `@throughline/torch-<platform>-<arch>`. The files pick AVX2 or AVX-512 when they run.
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { buildLibrary } from "../packages/torch/setup/build-library.mjs";
import { createContext } from "../packages/torch/setup/context.mjs";
import { runMain, SetupError } from "../packages/torch/setup/failure.mjs";
import { findLibtorch } from "../packages/torch/setup/find-libtorch.mjs";
import { makeFolder } from "../packages/torch/setup/folders.mjs";
import { describePart } from "../packages/torch/setup/part.mjs";
import {
  MANIFEST,
  minorOf,
  prebuiltName,
  searchPath,
  sha256,
  sourcesHash,
} from "../packages/torch/setup/prebuilt.mjs";
import { placesIn } from "./make-ready.mjs";

const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { out: { type: "string" } } });

await runMain(async () => {
  const ctx = createContext();
  const libtorch = await findLibtorch(ctx);
  const { platform, arch } = ctx;
  const out = resolve(values.out ?? join(root, "build", `torch-${platform}-${arch}`));
  rmSync(out, { recursive: true, force: true });
  makeFolder(out);
  /** @type {Record<string, import("../packages/torch/setup/prebuilt.mjs").PrebuiltFile>} */
  const files = {};
  for (const { native } of placesIn(root)) {
    const part = describePart(ctx, native);
    const file = join(out, part.file);
    const { compiled } = await buildLibrary(ctx, {
      ...part,
      out: file,
      libtorch,
      rpath: searchPath(ctx),
    });
    files[part.file] = { sha256: sha256(file), sources: sourcesHash(part) };
    ctx.progress.say(`${part.file} ${compiled ? "compiled" : "taken from the cache"}`);
  }
  const { version } = JSON.parse(readFileSync(join(root, "packages/torch/package.json"), "utf8"));
  const manifest = { libtorch: minorOf(libtorch.version), variant: libtorch.variant, platform, arch, files };
  writeFileSync(join(out, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  const named = {
    name: prebuiltName(ctx),
    version,
    description: `Throughline's compiled files for ${platform} ${arch} and libtorch ${manifest.libtorch} (${manifest.variant})`,
    license: "MIT",
    os: [platform],
    cpu: [arch],
    files: [MANIFEST, ...Object.keys(files)],
  };
  writeFileSync(join(out, "package.json"), `${JSON.stringify(named, null, 2)}\n`);
  copyFileSync(join(root, "LICENSE"), join(out, "LICENSE"));
  const packed = spawnSync("npm", ["pack", "--silent", "--pack-destination", join(out, "..")], {
    cwd: out,
    encoding: "utf8",
  });
  if (packed.status !== 0)
    throw new SetupError("pack-failed", `npm pack failed (${packed.stderr.trim().split("\n").at(-1)}).`);
  process.stdout.write(`${out}\n${join(out, "..", packed.stdout.trim())}\n`);
});
