// Steps of an evaluation as tensors that a policy takes.
import { fromTypedArray, type Tensor } from "@throughline/torch";
import type { SequencePolicy, Steps } from "../policies/sequence-policy.js";

/** One step as a policy sees it. */
export interface PlainStep {
  readonly picture: Uint8Array;
  readonly previous: PlainPrevious;
  readonly time: number;
  readonly returnToGo: number;
}

/** What came before a step. */
export interface PlainPrevious {
  readonly action: number;
  readonly reward: number;
  readonly end: boolean;
}

/** Before the first step. */
export const NOTHING: PlainPrevious = { action: 0, reward: 0, end: false };

/** Device of a policy. */
export function deviceOf(policy: SequencePolicy): string {
  return policy.parameters()[0]?.device ?? "cpu";
}

/** Facts of the policy and the environment by which steps become tensors. */
export interface StepForm {
  readonly picture: readonly number[];
  /** Key of the pictures among the observations. */
  readonly key: string;
  readonly isConditioned: boolean;
  readonly device: string;
}

/**
 * @param rows steps of B sequences, T in each, one sequence after the other
 * @returns `Steps` of [B, T]
 */
export function stepsOf(rows: readonly PlainStep[], sequences: number, form: StepForm): Steps {
  const shape = [sequences, rows.length / sequences];
  const size = form.picture.reduce((a, b) => a * b, 1);
  const pixels = new Uint8Array(rows.length * size);
  for (const [row, { picture }] of rows.entries()) pixels.set(picture, row * size);
  const placed = (tensor: Tensor): Tensor => (form.device === "cpu" ? tensor : tensor.to(form.device));
  const int64 = (values: number[]): Tensor =>
    placed(fromTypedArray(BigInt64Array.from(values, BigInt), shape, { dtype: "int64" }));
  const float32 = (values: number[]): Tensor => placed(fromTypedArray(Float32Array.from(values), shape));
  const ends = Uint8Array.from(rows, ({ previous }) => Number(previous.end));
  return {
    observations: { [form.key]: placed(fromTypedArray(pixels, [...shape, ...form.picture])) },
    previous: {
      actions: int64(rows.map(({ previous }) => previous.action)),
      rewards: float32(rows.map(({ previous }) => previous.reward)),
      ends: placed(fromTypedArray(ends, shape, { dtype: "bool" })),
    },
    times: int64(rows.map(({ time }) => time)),
    ...(form.isConditioned && { returnsToGo: float32(rows.map(({ returnToGo }) => returnToGo)) }),
  };
}
