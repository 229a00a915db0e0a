// The net of a training run, as it is exported: one step of it, which any sequence can be computed with.
import type { RunNetwork } from "@throughline/lab";
import { Generator, nn, type Tensor, zeros } from "@throughline/torch";
import { modelOf, taskOf } from "./build.js";
import type { TrainConfig } from "./options.js";

/**
 * From `input` [batch, inputSize] and `state` [batch, stateSize] to `output` [batch, outputSize] and `next`, the state after
 * the step; `start` [batch of training or 1, stateSize] are the states that were learned to begin with.
 */
export function stepNetwork(config: TrainConfig & { readonly seed: number }): RunNetwork {
  const task = taskOf(config, config.seed);
  using generator = Generator.create({ seed: 0 });
  const module = modelOf(config, task, generator);
  const { cell } = module;
  const dtype = config.precision;
  const inputs = [zeros([2, cell.inputSize], { dtype }), zeros([2, cell.stateSize], { dtype })];
  task.dispose?.();
  return {
    ...{ object: "model", module, inputs },
    compute: (input: Tensor, state: Tensor) => {
      const next = cell.step(input, state);
      // Written out: `read` is a kernel of ours, which ONNX does not have.
      const { readout, offset, start } = module;
      const seen = next.narrow(-1, 0, readout.size(1));
      return [nn.functional.linear(seen, readout, offset), next, start];
    },
    options: {
      inputNames: ["input", "state"],
      outputNames: ["output", "next", "start"],
      dynamicAxes: { input: { 0: "batch" }, state: { 0: "batch" } },
    },
  };
}
