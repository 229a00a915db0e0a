// Every test must leave as many tensors alive as it found.
import { liveTensors } from "@throughline/torch";
import { afterEach, beforeEach, expect } from "vitest";

/** Fails each test of the file (or of the `describe` block it is called in) after which more or fewer tensors live. */
export function checkLeaks(): void {
  let before = 0;
  beforeEach(() => {
    before = liveTensors();
  });
  afterEach(() => {
    expect(liveTensors(), "tensors alive after the test").toBe(before);
  });
}
