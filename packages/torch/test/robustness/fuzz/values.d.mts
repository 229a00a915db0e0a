import type { Arbitrary } from "fast-check";
import type { Spec } from "./spec.d.mts";

export class Thrown extends Error {}
export const hostile: Arbitrary<Spec>;
export function tensorOf(dtype: Arbitrary<string>, shape: Arbitrary<number[]>): Arbitrary<Spec>;
export function argumentLists(
  op: { args: readonly { code: string }[] },
  examples: Spec[][],
): Arbitrary<Spec[]>;
export function make(spec: Spec): unknown;
