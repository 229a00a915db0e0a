// The inputs that a training run's net was trained on, for measurements afterwards.
import { cat, Generator, scope, type Tensor } from "@throughline/torch";
import { notAccepted, wholeNumber } from "@throughline/torch/checks";
import { taskOf } from "./build.js";
import { options, type TrainConfig } from "./options.js";

/**
 * `steps` steps of inputs like those of a `flossing/train` run, [steps, 1, inputSize], float64; of data whose sequences are
 * shorter, one after the other.
 * @param config of the run; options that it does not know yet have their defaults
 * @throws TorchError `flossing/data` if the run's data are gone
 */
export function inputsOfRun(config: Readonly<Record<string, unknown>>, steps: number, seed: number): Tensor {
  if (typeof config !== "object" || config === null)
    throw notAccepted("inputsOfRun: the configuration", config, "an object");
  wholeNumber("inputsOfRun: steps", steps, 1);
  const defaults = Object.fromEntries(
    Object.entries(options).map(([name, schema]) => [name, schema.parse(undefined)]),
  );
  const task = taskOf({ ...defaults, ...config } as TrainConfig, Number(config.seed ?? 0));
  return scope(() => {
    using generator = Generator.create({ seed });
    const most = task.longestInputs ?? steps;
    const parts: Tensor[] = [];
    for (let left = steps; left > 0; left -= most) {
      parts.push(task.inputs(Math.min(left, most), 1, { generator, dtype: "float64" }));
    }
    task.dispose?.();
    return cat(parts, 0);
  });
}
