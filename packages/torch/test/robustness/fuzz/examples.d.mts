import type { Spec } from "./spec.d.mts";

/** Valid calls by operator. */
export const recorded: Record<string, Spec[][]>;
export function examplesOf(name: string): Spec[][];
