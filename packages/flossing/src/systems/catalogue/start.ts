// Initial states in the basin of a system's attractor.
import { rand, type Tensor, tensor } from "@throughline/torch";
import type { InitialOptions } from "../system.js";

/** A maker of initial states: even random ones in the box centre ± width, variable by variable. */
export function near(
  centre: readonly number[],
  width: readonly number[] | number,
): (batch: number, options: InitialOptions) => Tensor {
  return (batch, { dtype, device, generator }) => {
    const widths = typeof width === "number" ? centre.map(() => width) : width;
    const offset = rand([batch, centre.length], { dtype, device, generator }).mul(2).sub(1);
    return offset.mul(tensor([...widths], { dtype, device })).add(tensor([...centre], { dtype, device }));
  };
}
