import { manualSeed, scope } from "@throughline/torch";
import { test } from "vitest";

/** A test whose tensors die with it, and whose random numbers are always the same. */
export const scoped = (name: string, body: () => void): void => {
  test(name, () => {
    scope(() => {
      manualSeed(1);
      body();
    });
  });
};
