// The pictures among observations.
import type { Tensor } from "@throughline/torch";
import { notAccepted } from "@throughline/torch/checks";

/** The only observation, which must be pictures: what the baselines see. @returns uint8 [B, T, height, width, 3] */
export function picturesOf(observations: Readonly<Record<string, Tensor>>): Tensor {
  const found = Object.values(observations).filter(({ ndim, dtype }) => ndim === 5 && dtype === "uint8");
  if (found.length === 1) return found[0]!;
  throw notAccepted("observations", observations, "pictures uint8 [B, T, height, width, 3] under one key");
}
