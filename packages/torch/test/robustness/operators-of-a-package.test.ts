// Compiled operators found by their library's URL without an ending.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { libraryFile, loadOperators, TorchError } from "@throughline/torch";
import { expect, test } from "vitest";

const ours = new URL("../../../ocra/build/throughline_ocra", import.meta.url);

test("the file has this system's ending", () => {
  const endings: Partial<Record<NodeJS.Platform, string>> = { linux: ".so", darwin: ".dylib", win32: ".dll" };
  expect(libraryFile(ours)).toBe(fileURLToPath(ours) + endings[process.platform]);
  expect(() => libraryFile(new URL("https://example.org/lib"))).toThrow(/expected a file URL, got/);
});

test("a library that is not compiled is refused with what to do", () => {
  const missing = new URL("./missing", import.meta.url);
  const load = (): unknown => loadOperators(missing, "mylib");
  expect(load).toThrow(TorchError);
  expect(load).toThrow(`the operators of mylib are not compiled: there is no ${libraryFile(missing)}`);
  const ofOcra = new URL("../../../ocra/build/other", import.meta.url);
  expect(() => loadOperators(ofOcra, "other")).toThrow(/^other\.\w+ is not compiled .*; run: npm run setup$/);
});

test.skipIf(!existsSync(libraryFile(ours)))("operators are loaded once and called by name", () => {
  const operators = loadOperators(ours, "throughline_ocra");
  expect(operators.conv5Relu).toBeTypeOf("function");
  expect(loadOperators(ours, "throughline_ocra").kernelLevel!()).toBe(operators.kernelLevel!());
});
