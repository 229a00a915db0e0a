// Tests of which each leaves something behind that setup.ts must notice; run by setup.test.ts only.
import { expectConsole } from "@throughline/testing/console";
import { ones } from "@throughline/torch";
import { expect, test } from "vitest";

test("a line on the console", () => console.info("stray"));
test("a line that is expected", () => {
  expectConsole(/^console\.warn: expected 1$/);
  console.warn("expected", 1);
});
test("a line that is expected in vain", () => expectConsole(/nothing/));
test("nothing", () => {});
test.runIf(process.env.LEAVE === "rejection")("a rejection", () => {
  void Promise.reject(new Error("nobody handles this"));
});
test.runIf(process.env.LEAVE === "tensor")("a tensor", () => {
  const held = ones([2]);
  (globalThis as { held?: unknown }).held = held;
  expect(held.shape).toEqual([2]);
});
