// A folder in the shape of a model on Hugging Face: model.safetensors, config.json, README.md.
import { join } from "node:path";
import type { Tensor } from "@throughline/torch";
import { show } from "../config/accepted.js";
import { flatten } from "../config/plain.js";
import { guard, makeFolder, writeAtomic, writeJson } from "../files/disk.js";
import type { RunRecord } from "../run/record.js";
import { markdownTable } from "../text/table.js";
import type { Weights } from "./weights.js";

/**
 * Writes the folder's three files.
 * @returns their paths
 * @throws LabError lab/disk; TorchError of a checkpoint that cannot be read
 */
export async function writeHuggingFace(run: RunRecord, weights: Weights, folder: string): Promise<string[]> {
  const { io, scope } = await import("@throughline/torch");
  const [model, config, card] = ["model.safetensors", "config.json", "README.md"].map((name) =>
    join(folder, name),
  );
  makeFolder(folder);
  const dtypes = new Set<string>();
  let count = 0;
  scope(() => {
    using file = io.openSafetensors(weights.file);
    const tensors: Record<string, Tensor> = Object.create(null);
    for (const [name, inFile] of weights.names) {
      const tensor = file.get(inFile);
      tensors[name] = tensor;
      dtypes.add(tensor.dtype);
      count += tensor.numel;
    }
    guard(model!, () => io.saveSafetensors(model!, tensors, { format: "pt" }));
  });
  writeJson(config!, configOf(run, weights, [...dtypes]));
  writeAtomic(card!, modelCard(run, weights, count));
  return [model!, config!, card!];
}

/** Origin of the weights, and the versions that made them: nothing of the machine, since the folder is to be published. */
function configOf(run: RunRecord, { object, checkpoint, steps }: Weights, dtypes: readonly string[]): object {
  const { throughline, libtorch, node } = run.environment;
  return {
    model_type: "throughline",
    architectures: [run.experiment],
    ...(dtypes.length === 1 ? { torch_dtype: dtypes[0] } : {}),
    throughline: {
      ...{ experiment: run.experiment, preset: run.preset, run: run.id, object, checkpoint, steps },
      ...{ options: run.config, summary: run.summary },
      versions: { throughline, libtorch, node },
    },
  };
}

/** The card, with the front matter that the hub reads. Who publishes it adds a license. */
function modelCard(run: RunRecord, { checkpoint, object, names }: Weights, count: number): string {
  const { experiment, preset, id, summary, config, status, created } = run;
  return `${[
    "---",
    "library_name: throughline",
    "tags:",
    "- throughline",
    `- ${JSON.stringify(experiment)}`,
    "---",
    "",
    `# ${experiment}`,
    "",
    `Weights of \`${object}\` of the run \`${id}\` of the experiment \`${experiment}\` (${preset} preset, ${status}), begun on ` +
      `${created.toISOString().slice(0, 10)}: checkpoint \`${checkpoint}\`, ${names.size} tensors, ${count} numbers. ` +
      "Buffers such as running means are among them.",
    ...section("Results", Object.entries(summary)),
    ...section("Options", flatten(config)),
    "",
    "## Use",
    "",
    "In Python:",
    "",
    "```python",
    "from safetensors.torch import load_file",
    "",
    'state_dict = load_file("model.safetensors")',
    "```",
    "",
    "In TypeScript:",
    "",
    "```ts",
    'import { io } from "@throughline/torch";',
    "",
    'const stateDict = io.loadSafetensors("model.safetensors");',
    "```",
    "",
    "The names are those of the module's state dict, as in PyTorch.",
  ].join("\n")}\n`;
}

function section(title: string, rows: readonly (readonly [string, unknown])[]): string[] {
  if (rows.length === 0) return [];
  const texts = rows.map(([name, value]) => [name, show(value)]);
  return ["", `## ${title}`, "", markdownTable(["name", "value"], texts)];
}
