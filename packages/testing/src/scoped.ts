import { manualSeed, scope } from "@throughline/torch";
import { expect, test } from "vitest";

/**
 * A test whose tensors die with it, and whose random numbers are always the same. Its body is synchronous, as that of a scope
 * is: nobody would wait for another.
 */
export const scoped = (name: string, body: () => unknown): void => {
  test(name, () => {
    scope(() => {
      manualSeed(1);
      expect(body(), "an asynchronous body needs test(), not scoped()").not.toBeInstanceOf(Promise);
    });
  });
};
