// `throughline env preview ID`
import { extname } from "node:path";
import { type CommandCall, type CommandResult, freshPath, writeAtomic } from "@throughline/lab";
import { EnvError } from "../errors.js";
import { dialOf } from "../mazes/kinds.js";
import { mazeKind } from "../registry.js";
import { previewSheet } from "../show/sheet.js";
import { checkRange, idIn, optionsIn } from "./asked.js";
import { checkNew } from "./out.js";

export async function preview(call: CommandCall): Promise<CommandResult> {
  const { seeds = 4, seed = 0, out } = call.flags as { seeds?: number; seed?: number; out?: string };
  checkRange("--seeds", seeds, 1, 12);
  const kind = mazeKind(idIn(call));
  const given = optionsIn(call.flags);
  const options = kind.complete(given) as Record<string, unknown>;
  if (out !== undefined && extname(out).toLowerCase() !== ".png")
    throw new EnvError("film", `--out is ${out}, accepted: a name that ends in .png`);
  const dial = dialOf(kind);
  const names = [dial, ...Object.keys(given).filter((name) => name !== dial)];
  const usual = [kind.id, ...names.map((name) => `${name}-${String(options[name])}`)].join("_");
  const path = out ?? `${freshPath(usual, [".png"])}.png`;
  checkNew(path);
  writeAtomic(path, previewSheet(kind, given, { seeds, seed }));
  return {
    heading: kind.id,
    detail: `  ${dial} ${String(options[dial])}, ${seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`}`,
    files: [{ what: "sheet", path }],
    json: { id: kind.id, options, seeds: Array.from({ length: seeds }, (_, at) => seed + at), file: path },
  };
}
