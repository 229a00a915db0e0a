// The contract of everything that a checkpoint holds: its state put into another makes that one go on as it would.
import { scope, Tensor } from "@throughline/torch";
import { expect } from "vitest";
import { type Rule, testRules } from "./rules.js";

/** A thing with a state, and what it does next. */
export interface Going {
  /** Its state, as `stateDict()` or `state()` gives it. */
  save(): unknown;
  /** Puts a state back. */
  load(state: never): unknown;
  /** Goes on by one step. @returns what the step gives, as plain values or tensors */
  step(): unknown;
}

/** Plain copy of a state, which outlives its tensors and can be compared: tensors as dtype, shape and elements. */
function plain(value: unknown): unknown {
  if (value instanceof Tensor) return [value.dtype, value.shape, value.toArray()];
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...value].map(plain);
  if (typeof value !== "object" || value === null) return value;
  return ArrayBuffer.isView(value)
    ? value
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/**
 * Rules of what a checkpoint holds: it goes on bit for bit from its state, taken before any step, after one and after three, and
 * loaded into one that has itself gone elsewhere; and both have the same state afterwards.
 * @param make a fresh one in a scope; `which` tells the first from the one that takes its state over
 */
export function statefulRules(make: (which: "first" | "second") => Going): readonly Rule[] {
  return [0, 1, 3].map((steps) => ({
    name: `goes on from its state after ${steps} steps as it would have gone on`,
    check: () =>
      scope(() => {
        const [first, second] = [make("first"), make("second")];
        for (let i = 0; i < steps; i++) first.step();
        second.step();
        second.load(first.save() as never);
        expect(plain(second.save())).toEqual(plain(first.save()));
        for (let i = 0; i < 4; i++) expect(plain(second.step())).toEqual(plain(first.step()));
        expect(plain(second.save())).toEqual(plain(first.save()));
      }),
  }));
}

/** Tests what `make` makes against every rule. @param make as in `statefulRules` */
export function statefulContract(name: string, make: (which: "first" | "second") => Going): void {
  testRules(name, statefulRules(make));
}
