// `throughline import CHECKPOINT`: weights of others, such as the authors' of OCRA, as a file of ours.
import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import type { CommandCall, CommandResult } from "@throughline/lab";
import { type ImportOptions, importCheckpoint } from "../checkpoints/import.js";
import { OcraDataError } from "../datasets/errors.js";

export async function importWeights({ operands, flags }: CommandCall): Promise<CommandResult> {
  const checkpoint = operands[0]!;
  const { out, ...given } = flags;
  const to = String(out ?? `${basename(checkpoint, extname(checkpoint))}-imported.safetensors`);
  if (existsSync(to)) {
    throw new OcraDataError("argument", `${to} exists already; name another file with --out, or delete it`);
  }
  const options = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const found = await importCheckpoint(checkpoint, to, options as ImportOptions);
  const isEncoder = found.kind === "autoencoder";
  const facts = Object.entries({ ...found.model, ...(isEncoder && { pixels: found.pixels }) });
  return {
    heading: isEncoder ? "slot-attention autoencoder" : "OCRA's reasoning module",
    detail: ` of ${found.parameters.toLocaleString("en-US")} parameters`,
    lines: facts.map(([name, value]) => `  ${name.padEnd(16)} ${value}`),
    files: [{ what: "file", path: to }],
    ...(isEncoder && { next: nextOf(to, found.suite) }),
    json: { ...found, file: to },
  };
}

function nextOf(file: string, suite: string): string[] {
  const task = suite === "clevr" ? ["--task", "clevr/rmts"] : [];
  return ["throughline", "run", "ocra/task", "--pretrained", file, ...task];
}
