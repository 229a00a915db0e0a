// `throughline import CHECKPOINT` of the authors' policies.
import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { CommandCall, CommandResult } from "@throughline/lab";
import { importPolicy, type PolicyImportOptions } from "../checkpoints/import.js";
import { refuse } from "../checkpoints/recognise.js";

/** Writes the operand, a checkpoint, as a file of ours. @throws CecError `cec/checkpoint` if the file exists, or as `importPolicy` */
export async function importWeights({ operands, flags }: CommandCall): Promise<CommandResult> {
  const checkpoint = operands[0]!;
  const { out, ...given } = flags;
  const to = String(out ?? `${basename(checkpoint, extname(checkpoint))}-imported.safetensors`);
  if (existsSync(to)) throw refuse(`${to} exists already; name another file with --out, or delete it`);
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const { parameters, model } = importPolicy(checkpoint, to, options as PolicyImportOptions);
  const { inputs, actions, width, layers, heads, window } = model;
  const facts = {
    observations: Object.entries(inputs)
      .map(([key, { kind }]) => `${key} (${kind})`)
      .join(", "),
    actions: "count" in actions ? actions.count : `${actions.dimensions} numbers`,
    width,
    layers,
    heads,
    window,
  };
  return {
    heading: "policy of CEC",
    detail: ` of ${parameters.toLocaleString("en-US")} parameters`,
    lines: Object.entries(facts).map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    files: [{ what: "file", path: to }],
    json: { kind: "cec", parameters, model, file: to },
  };
}
