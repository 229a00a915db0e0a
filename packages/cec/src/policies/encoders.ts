// Nets that make features of observations.
import type { Generator, nn } from "@throughline/torch";
import { CecError } from "../errors.js";
import { CameraEncoder } from "../nn/camera-encoder.js";
import { MazeEncoder } from "../nn/maze-encoder.js";
import { RawNumbers } from "../nn/raw-numbers.js";
import type { PolicyInput } from "./cec-options.js";
import type { Steps } from "./sequence-policy.js";

/** A net that makes features of an observation: [N, …] → [N, features]. */
export interface ObservationEncoder extends nn.Module {
  readonly features: number;
}

/** The net of each input, with its key, in the order of the inputs. */
export function encodersOf(
  inputs: Readonly<Record<string, PolicyInput>>,
  generator?: Generator,
): [string, ObservationEncoder][] {
  return Object.entries(inputs).map(([key, input]) => [key, encoderOf(input, generator)]);
}

function encoderOf(input: PolicyInput, generator?: Generator): ObservationEncoder {
  switch (input.kind) {
    case "convnet":
      return new MazeEncoder(input, generator);
    case "camera":
      return new CameraEncoder(input, generator);
    case "numbers":
      return new RawNumbers(input.size);
  }
}

/** The error for steps without an observation that a policy sees. */
export function missingObservation(key: string, steps: Steps): CecError {
  const given = Object.keys(steps.observations).join(", ") || "none";
  return new CecError("policy", `the policy sees the observation ${key}; the steps have ${given}`);
}
