// Tables in Markdown.
import fc from "fast-check";
import { expect, test } from "vitest";
import { markdownTable } from "../../src/text/table.js";

test("has a line of titles, one that ends them, and one a row", () => {
  expect(markdownTable(["name", "value"], [["a|b", "1\n 2"]])).toBe(
    "| name | value |\n| --- | --- |\n| a\\|b | 1 2 |",
  );
  expect(markdownTable(["name"], [])).toBe("| name |\n| --- |");
  expect(markdownTable(["name"], [["a"]], (text) => `<${text}>`)).toBe("| name |\n| --- |\n| <a> |");
});

test("keeps its columns, whatever the cells hold", () => {
  const rows = fc.array(fc.tuple(fc.string(), fc.string({ unit: "grapheme" })), { maxLength: 4 });
  fc.assert(
    fc.property(rows, (given) => {
      const lines = markdownTable(["a", "b"], given).split("\n");
      expect(lines).toHaveLength(given.length + 2);
      // Bars that no backslash of ours is before.
      for (const line of lines) expect(line.replaceAll("\\|", "").split("|")).toHaveLength(4);
    }),
  );
});
