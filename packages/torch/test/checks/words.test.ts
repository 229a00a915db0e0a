// Counts and lists as messages word them.
import { plural, problemList } from "@throughline/torch/checks";
import { expect, test } from "vitest";

test("one thing is singular, any other number plural", () => {
  expect([0, 1, 2].map((count) => plural(count, "core"))).toEqual(["0 cores", "1 core", "2 cores"]);
});

test("one problem stands alone, several under their number", () => {
  expect(problemList(["a is 1"])).toBe("a is 1");
  expect(problemList(["a is 1", "b is 2"])).toBe("2 problems:\n  a is 1\n  b is 2");
});
