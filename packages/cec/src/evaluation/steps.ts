// Steps of an evaluation as tensors that a policy takes.
import { fromTypedArray, type Tensor } from "@throughline/torch";
import type { SequencePolicy, Steps } from "../policies/sequence-policy.js";
import type { EnvForm, PlainAction, PlainObservation, SeenForm } from "./played-env.js";

/** One step as a policy sees it. */
export interface PlainStep {
  readonly observation: PlainObservation;
  readonly previous: PlainPrevious;
  readonly time: number;
  readonly returnToGo: number;
}

/** What came before a step. */
export interface PlainPrevious {
  /** Undefined before the first step: zeros. */
  readonly action: PlainAction | undefined;
  readonly reward: number;
  readonly end: boolean;
}

/** Before the first step. */
export const NOTHING: PlainPrevious = { action: undefined, reward: 0, end: false };

/** Device of a policy. */
export function deviceOf(policy: SequencePolicy): string {
  return policy.parameters()[0]?.device ?? "cpu";
}

/** Facts of the policy and the environment by which steps become tensors. */
export interface StepForm extends EnvForm {
  readonly isConditioned: boolean;
  readonly device: string;
}

/**
 * @param rows steps of B sequences, T in each, one sequence after the other
 * @returns `Steps` of [B, T]
 */
export function stepsOf(rows: readonly PlainStep[], sequences: number, form: StepForm): Steps {
  const shape = [sequences, rows.length / sequences];
  const placed = (tensor: Tensor): Tensor => (form.device === "cpu" ? tensor : tensor.to(form.device));
  const int64 = (values: number[]): Tensor =>
    placed(fromTypedArray(BigInt64Array.from(values, BigInt), shape, { dtype: "int64" }));
  const float32 = (values: number[]): Tensor => placed(fromTypedArray(Float32Array.from(values), shape));
  const ends = Uint8Array.from(rows, ({ previous }) => Number(previous.end));
  const seen = Object.entries(form.observations).map(([key, part]) => {
    const values = valuesOf(
      part,
      rows.map(({ observation }) => observation[key]!),
    );
    return [key, placed(fromTypedArray(values, [...shape, ...part.shape]))] as const;
  });
  const done = rows.map(({ previous }) => previous.action);
  return {
    observations: Object.fromEntries(seen),
    previous: {
      actions:
        form.actions.kind === "numbered"
          ? int64(done.map((action = 0) => action as number))
          : placed(actionsOf(done as (Float32Array | undefined)[], [...shape, form.actions.dimensions])),
      rewards: float32(rows.map(({ previous }) => previous.reward)),
      ends: placed(fromTypedArray(ends, shape, { dtype: "bool" })),
    },
    times: int64(rows.map(({ time }) => time)),
    ...(form.isConditioned && { returnsToGo: float32(rows.map(({ returnToGo }) => returnToGo)) }),
  };
}

/** Values of one part of observations, one after the other. */
function valuesOf({ dtype, shape }: SeenForm, rows: readonly ArrayLike<number>[]): Uint8Array | Float32Array {
  const size = shape.reduce((a, b) => a * b, 1);
  const values = new (dtype === "uint8" ? Uint8Array : Float32Array)(rows.length * size);
  for (const [row, value] of rows.entries()) values.set(value, row * size);
  return values;
}

/** @param shape [B, T, dimensions] */
function actionsOf(done: readonly (Float32Array | undefined)[], shape: readonly number[]): Tensor {
  const size = shape.at(-1)!;
  const values = new Float32Array(done.length * size);
  for (const [row, action] of done.entries()) if (action !== undefined) values.set(action, row * size);
  return fromTypedArray(values, [...shape]);
}
