// `throughline import CHECKPOINT`: weights of others, such as the authors' of OCRA, as a file of ours.
import { existsSync } from "node:fs";
import { basename, extname } from "node:path";
import { commandLine, visibleLine } from "@throughline/lab/text";
import type { ImportOptions } from "@throughline/ocra";
import { type Command, Option } from "commander";
import { UsageError } from "../exit.js";
import { count, withJson } from "../options.js";
import { shown } from "../run-name.js";
import { paint, print, printJson } from "../terminal.js";

interface Flags extends ImportOptions {
  readonly out?: string;
  readonly json?: boolean;
}

async function action(checkpoint: string, flags: Flags): Promise<void> {
  const { out, json, ...options } = flags;
  const to = out ?? `${basename(checkpoint, extname(checkpoint))}-imported.safetensors`;
  if (existsSync(to))
    throw new UsageError(`${shown(to)} is there already; name another file with --out, or delete it`);
  const { importCheckpoint } = await import("@throughline/ocra");
  const found = await importCheckpoint(checkpoint, to, options);
  if (json) return printJson({ ...found, file: to });
  const what = found.kind === "autoencoder" ? "slot-attention autoencoder" : "OCRA's reasoning module";
  print(`${paint("bold", what)} of ${found.parameters.toLocaleString("en-US")} parameters`);
  for (const [name, value] of Object.entries(found.model))
    print(visibleLine(`  ${name.padEnd(16)} ${value}`));
  if (found.kind === "autoencoder") print(`  ${"pixels".padEnd(16)} ${found.pixels}`);
  print(`file  ${shown(to)}`);
  if (found.kind === "autoencoder")
    print(
      `next  ${commandLine("throughline", "run", "ocra/task", "--pretrained", to, ...(found.suite === "clevr" ? ["--task", "clevr/rmts"] : []))}`,
    );
}

export function importWeights(program: Command): Command {
  const command = program
    .command("import")
    .description("turn weights of OCRA that others trained into a file of ours")
    .argument(
      "<checkpoint>",
      "a .pt, .pth or .safetensors file with a slot autoencoder or OCRA's reasoning module",
    )
    .option("--out <file>", "where to (default: CHECKPOINT-imported.safetensors here)")
    .option("--key <name>", "where in a .pt file the state dict stands, if it is not found")
    .addOption(new Option("--suite <name>", "data of an autoencoder").choices(["art", "svrt", "clevr"]))
    .option("--resolution <n>", "side of its pictures in pixels (default: 128)", count)
    .option("--slots <n>", "its number of slots (default: the paper's)", count)
    .addOption(
      new Option("--pixels <view>", "what it sees (default: as-they-are)").choices([
        "as-they-are",
        "inverted",
        "without-scenery",
      ]),
    );
  return withJson(command).action(action);
}
