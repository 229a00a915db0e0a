// Contracts as lists of rules: a shared suite runs them as tests, and a test of the suite runs one against what breaks it.
import { describe, test } from "vitest";

/** A rule of a contract. */
export interface Rule {
  /** Sentence that is true of what keeps it; no two of a contract are the same. */
  readonly name: string;
  /** Looks whether it is kept; throws if not. */
  check(): void | Promise<void>;
}

/** Tests each rule, in a `describe` block. */
export function testRules(title: string, rules: readonly Rule[]): void {
  describe(title, () => {
    for (const { name, check } of rules) test(name, check);
  });
}
