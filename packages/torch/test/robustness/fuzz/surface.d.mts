import type { Arbitrary } from "fast-check";
import type { Spec } from "./spec.d.mts";

/** What is left out, and why. */
export const leftOut: Record<string, string>;
/** Names of everything that is fuzzed, sorted. */
export const surface: readonly string[];
export function target(name: string): { run: (args: unknown[]) => unknown; arguments: Arbitrary<Spec[]> };
