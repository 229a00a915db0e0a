// `throughline import CHECKPOINT`: weights of others as a file of ours, by the system that knows them.
import { basename } from "node:path";
import type { CommandCall, CommandEntry, CommandResult, FlagEntry, ImporterEntry } from "@throughline/lab";
import { UsageError } from "./exit.js";
import { flagName } from "./flags.js";

const common: Readonly<Record<string, FlagEntry>> = {
  out: { value: "file", sentence: "new file (default: CHECKPOINT-imported.safetensors here)" },
  key: { value: "name", sentence: "key of the state dict in a .pt file, if it is not found" },
};

/** The verb, with the flags of every importer. */
export function importCommand(importers: readonly ImporterEntry[]): CommandEntry {
  return {
    name: "import",
    purpose: "convert weights from PyTorch, such as the authors', into a file for Throughline",
    group: "House-keeping",
    operand: {
      name: "checkpoint",
      sentence: `a .pt, .pth or .safetensors file of one of these: ${listed(importers)}`,
    },
    flags: Object.assign({}, common, ...importers.map(({ flags }) => flags)) as CommandEntry["flags"],
    load: async () => (call) => convert(importers, call),
  };
}

async function convert(importers: readonly ImporterEntry[], call: CommandCall): Promise<CommandResult> {
  const { operands, flags } = call;
  const path = operands[0]!;
  const names = await namesIn(path, flags.key as string | undefined);
  const importer = importers.find(({ marks }) =>
    marks.some((mark) => names.some((name) => name === mark || name.endsWith(`.${mark}`))),
  );
  if (importer === undefined) throw new UsageError(`${path} holds none of these: ${listed(importers)}`);
  const own = new Set([...Object.keys(common), ...Object.keys(importer.flags)]);
  const foreign = Object.keys(flags).filter((name) => flags[name] !== undefined && !own.has(name));
  if (foreign.length > 0) {
    const accepted = Object.keys(importer.flags).map(flagName).join(", ");
    throw new UsageError(
      `${basename(path)} holds ${importer.purpose}, which ${foreign.map(flagName).join(", ")} is not for; accepted: ${accepted}`,
    );
  }
  return (await importer.load())(call);
}

function listed(importers: readonly ImporterEntry[]): string {
  return importers.map(({ purpose }) => purpose).join(", ");
}

async function namesIn(path: string, key: string | undefined): Promise<string[]> {
  const { io, scope } = await import("@throughline/torch");
  return scope(() => Object.keys(io.loadStateDictFile(path, { key })));
}
