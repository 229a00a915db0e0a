// Every test must leave as many tensors alive as it found.
import { liveTensors } from "@throughline/torch";
import { afterEach, beforeEach, expect } from "vitest";

type Owned = { dispose(): void } | { close(): void };

const owned: Owned[] = [];

/** Disposes of a module, an optimiser or a generator, or closes an environment, when the test ends; needs `checkLeaks`. */
export function own<T extends Owned>(thing: T): T {
  owned.push(thing);
  return thing;
}

/**
 * Fails each test of the file (or of the `describe` block it is called in) after which more or fewer tensors live, once all
 * that is `own`ed has gone.
 */
export function checkLeaks(): void {
  let before = 0;
  beforeEach(() => {
    before = liveTensors();
  });
  afterEach(() => {
    for (const thing of owned.splice(0).reverse()) {
      if ("dispose" in thing) thing.dispose();
      else thing.close();
    }
    expect(liveTensors(), "tensors alive after the test").toBe(before);
  });
}
