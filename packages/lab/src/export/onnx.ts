// The net of a run as an ONNX file, by what its experiment says of it.
import { dirname } from "node:path";
import type { Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import type { Experiment, RunNetwork } from "../experiment.js";
import { makeFolder } from "../files/disk.js";
import type { RunRecord } from "../run/record.js";
import { findWeights } from "./weights.js";

/**
 * Writes the net with its weights.
 * @param chosen whose weights. `object`: default the one that the experiment names
 * @returns the file's path
 * @throws LabError lab/export if the experiment says nothing of a net; TorchError io/onnx if it has no counterpart
 */
export async function writeOnnx(
  run: RunRecord,
  experiment: Experiment | undefined,
  chosen: { readonly checkpoint: string | undefined; readonly object: string | undefined },
  path: string,
): Promise<string[]> {
  if (experiment?.network === undefined) {
    throw new LabError(
      "lab/export",
      `${run.experiment} does not say what its net is, so there is none for onnx`,
    );
  }
  const { io, scope } = await import("@throughline/torch");
  const network = await experiment.network(run);
  try {
    const weights = findWeights(run, chosen.checkpoint, chosen.object ?? network.object);
    makeFolder(dirname(path));
    scope(() => {
      using file = io.openSafetensors(weights.file);
      const state: Record<string, Tensor> = Object.create(null);
      for (const [name, inFile] of weights.names) state[name] = file.get(inFile);
      network.module.loadStateDict(state, { source: weights.file });
      save(io, path, network);
    });
    return [path];
  } finally {
    network.module.dispose();
    for (const input of network.inputs) input.dispose();
  }
}

type Io = typeof import("@throughline/torch").io;

function save(io: Io, path: string, { module, compute, inputs, options }: RunNetwork): void {
  const tensors = Object.fromEntries([...module.namedParameters(), ...module.namedBuffers()]);
  if (compute === undefined) io.saveOnnx(path, module, inputs, options);
  else module.evaluating(() => io.saveOnnx(path, compute, inputs, { ...options, weights: tensors }));
}
