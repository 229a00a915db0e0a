// Driven nets that the kernels know: states and tangent vectors through many steps in one call.
import { scope, type Tensor } from "@throughline/torch";
import type { Coordinates, FusedCell } from "../cells/fused.js";
import { tangentScan } from "../kernels/tangent-scan.js";
import type { Advanced, System, Tangent } from "./system.js";

/**
 * `advance` and `pushForward` of a driven net, by the kernels.
 * @param inputsOf the inputs of `steps` steps from step `from` on, [steps, batch or 1, inputSize]
 */
export function fusedSteps(
  cell: FusedCell,
  inputsOf: (from: number, steps: number) => Tensor,
  coordinates: Coordinates,
): Required<Pick<System, "advance" | "pushForward">> {
  const go = (state: Tensor, frame: Tensor, from: number, steps: number, interval: number): Advanced =>
    scope(() => {
      const inputs = inputsOf(from, steps).expand([steps, state.size(0), cell.inputSize]);
      const states = cell.scan(inputs, state);
      const factors = cell.jacobians(inputs, state, states, coordinates);
      const { logs, frame: last } = tangentScan(factors, frame.mT.unsqueeze(0), { interval });
      return { state: states.select(0, steps - 1), frame: last.squeeze(0).mT, logs: logs.squeeze(1) };
    });
  return {
    advance: go,
    pushForward(state, frame, from, steps): Tangent {
      const { logs, ...tangent } = go(state, frame, from, steps, 0);
      logs.dispose();
      return tangent;
    },
  };
}
