// `throughline env preview ID`
import { extname } from "node:path";
import { type CommandCall, type CommandResult, freshPath, writeAtomic } from "@throughline/lab";
import { EnvError } from "../errors.js";
import { type GymnasiumId, isGymnasiumId } from "../gymnasium/id.js";
import { isManipulationId } from "../manipulation/tasks/tasks.js";
import { dialOf } from "../mazes/kinds.js";
import { mazeKind } from "../registry.js";
import { renderedSheet } from "../show/rendered.js";
import { previewSheet } from "../show/sheet.js";
import { checkRange, gymnasiumIn, idIn, optionsIn } from "./asked.js";
import { checkNew } from "./out.js";

export async function preview(call: CommandCall): Promise<CommandResult> {
  const { seeds = 4, seed = 0, out } = call.flags as { seeds?: number; seed?: number; out?: string };
  checkRange("--seeds", seeds, 1, 12);
  const id = idIn(call);
  if (out !== undefined && extname(out).toLowerCase() !== ".png")
    throw new EnvError("film", `--out is ${out}, accepted: a name that ends in .png`);
  if (isGymnasiumId(id)) return previewGymnasium(call, id, seeds, seed, out);
  if (isManipulationId(id)) {
    const { previewManipulation } = await import("./manipulation.js");
    return previewManipulation(call, id, seeds, seed, out);
  }
  const kind = mazeKind(id);
  const given = optionsIn(call.flags);
  const options = kind.complete(given) as Record<string, unknown>;
  const dial = dialOf(kind);
  const names = [dial, ...Object.keys(given).filter((name) => name !== dial)];
  const usual = [kind.id, ...names.map((name) => `${name}-${String(options[name])}`)].join("_");
  const path = out ?? `${freshPath(usual, [".png"])}.png`;
  checkNew(path);
  writeAtomic(path, previewSheet(kind, given, { seeds, seed }));
  return sheetResult(kind.id, `${dial} ${String(options[dial])}, `, options, seeds, seed, path);
}

/** A sheet of an environment of Python's Gymnasium, by its own pictures. */
function previewGymnasium(
  call: CommandCall,
  id: GymnasiumId,
  seeds: number,
  seed: number,
  out: string | undefined,
): CommandResult {
  const env = gymnasiumIn(call, id);
  try {
    const path = out ?? `${freshPath(id.replaceAll(/[^\w.-]+/g, "-"), [".png"])}.png`;
    checkNew(path);
    writeAtomic(path, renderedSheet(env, { seeds, seed }));
    return sheetResult(id, "", env.spec.options, seeds, seed, path);
  } finally {
    env.close();
  }
}

function sheetResult(
  id: string,
  detail: string,
  options: Readonly<Record<string, unknown>>,
  seeds: number,
  seed: number,
  path: string,
): CommandResult {
  return {
    heading: id,
    detail: `  ${detail}${seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`}`,
    files: [{ what: "sheet", path }],
    json: { id, options, seeds: Array.from({ length: seeds }, (_, at) => seed + at), file: path },
  };
}
