// Blocks whose data is not there; run by setup.test.ts only.
import { describeReference, describeShared, describeWith } from "@throughline/testing/reference";
import { expect, test } from "vitest";

const here = import.meta.filename;
describeWith("with two files", [here, "/nowhere/b.txt"], () => {
  test("needs both", () => expect.fail("was run without its data"));
});
describeWith("with one file", [here], () => {
  test("runs", () => {});
});
describeShared("torchops/none", (tensor) => {
  test("reads", () => expect.fail(`was run without its data: ${tensor("x")}`));
});
describeReference("nets/none", ({ tensor }) => {
  test("compares", () => expect.fail(`was run without its data: ${tensor("x")}`));
});
