// Modules and optimisers outlive scopes; in tests they die with the test that made them.
import { afterEach } from "vitest";
import { checkLeaks as checkTensors } from "../../../torch/test/support/leaks.js";

const owned: { dispose(): void }[] = [];

/** What is disposed of when the test ends. */
export function own<T extends { dispose(): void }>(thing: T): T {
  owned.push(thing);
  return thing;
}

/** Fails each test after which more or fewer tensors live, once all that is `own`ed has gone. */
export function checkLeaks(): void {
  checkTensors();
  // Runs before the one above: hooks after a test run in reverse.
  afterEach(() => {
    for (const thing of owned.splice(0).reverse()) thing.dispose();
  });
}
