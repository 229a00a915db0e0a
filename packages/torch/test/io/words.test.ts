// Arrays of text in .npz archives, as NumPy writes them (words/make.py).
import { fileURLToPath } from "node:url";
import { io } from "@throughline/torch";
import { describe, expect, test } from "vitest";

const at = (name: string): string => fileURLToPath(new URL(`words/${name}.npz`, import.meta.url));

describe.each(["stored", "deflated"])("%s", (name) => {
  test("words of either byte order, element order and kind; numbers beside them", () => {
    using file = io.openNpz(at(name));
    expect(file.names).toEqual(["words", "big", "columns", "bytes", "numbers"]);
    expect(file.names.map((each) => file.isText(each))).toEqual([true, true, true, true, false]);
    expect(file.texts("words")).toEqual({ shape: [2, 2], values: ["walk", "run", "é✓😀", ""] });
    expect(file.texts("big").values).toEqual(["ab", "c"]);
    expect(file.texts("columns")).toEqual({ shape: [2, 3], values: ["a", "b", "c", "d", "e", "f"] });
    expect(file.texts("bytes").values).toEqual(["no", "yes"]);
    using numbers = file.get("numbers");
    expect(numbers.toArray()).toEqual([0, 1, 2]);
    expect(() => file.texts("numbers")).toThrow(/numbers.*has the dtype '<f8'; text .* is accepted here/);
    expect(() => file.get("words")).toThrow(/has the dtype '<U4'/);
    expect(() => file.texts("none")).toThrow(/there is no array 'none'/);
  });

  test("what may be unpacked is bounded", () => {
    using file = io.openNpz(at(name), { maxBytes: 10 });
    if (name === "deflated") expect(() => file.texts("words")).toThrow(/raise maxBytes/);
    else expect(file.texts("words").values).toHaveLength(4);
  });
});
