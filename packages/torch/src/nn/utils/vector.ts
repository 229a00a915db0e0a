// Parameters as one vector and back.
import { noGrad } from "../../autograd.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { refuse } from "../options.js";

/**
 * The elements of all parameters, one after the other; differentiable with respect to them.
 * @throws TorchError if there is none, or devices differ.
 */
export function parametersToVector(parameters: Iterable<Tensor>): Tensor {
  const list = sameDevice("parametersToVector", [...parameters]);
  return scope(() =>
    call(
      "aten::cat",
      list.map((parameter) => call("aten::reshape", parameter, [-1])),
    ),
  );
}

/**
 * Copies consecutive parts of `vector` into the parameters: the inverse of `parametersToVector`. Parameters stay the same
 * objects, and the copies are not recorded.
 * @throws TorchError if `vector` has fewer or more elements than the parameters, or devices differ.
 */
export function vectorToParameters(vector: Tensor, parameters: Iterable<Tensor>): void {
  const list = sameDevice("vectorToParameters", [...parameters]);
  const count = list.reduce((sum, parameter) => sum + parameter.numel, 0);
  if (vector.ndim !== 1 || vector.numel !== count)
    throw refuse("vectorToParameters", `expects a vector [${count}], got [${vector.shape}]`);
  scope(() =>
    noGrad(() => {
      let start = 0;
      for (const parameter of list) {
        const { numel, shape } = parameter;
        call("aten::copy_", parameter, vector.narrow(0, start, numel).view(shape));
        start += numel;
      }
    }),
  );
}

function sameDevice(who: string, parameters: Tensor[]): Tensor[] {
  if (parameters.length === 0) throw refuse(who, "there are no parameters");
  const devices = [...new Set(parameters.map((parameter) => parameter.device))];
  if (devices.length > 1) throw refuse(who, `parameters lie on different devices: ${devices.join(", ")}`);
  return parameters;
}
