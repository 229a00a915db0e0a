// Works that docstrings and pages cite by name and year stand in docs/bibliography.md under the same short form.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const headings = new Set(
  [...readFileSync(join(root, "docs/bibliography.md"), "utf8").matchAll(/^### (.+)$/gm)].map(
    (match) => match[1]!,
  ),
);

/** Pages that `npm run docs:api` writes. */
const generated = join(root, "docs/api/");

const packages = readdirSync(join(root, "packages")).map((name) => join(root, "packages", name));
const files = [
  ...packages.flatMap((folder) => ["src", "native"].map((part) => join(folder, part))),
  join(root, "docs"),
]
  .flatMap(under)
  .filter((file) => !file.startsWith(generated));

/** Sources and pages in a folder that may be missing. */
function under(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter(
        (name) =>
          /\.(ts|h|cpp|md)$/.test(name) && !name.includes("node_modules") && !name.endsWith(".generated.ts"),
      )
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

const name = "(?:Van )?\\p{Lu}\\p{Ll}[\\p{L}-]*";
/** "A et al. 2021", "A and B 2021" or "A & B 2021" anywhere; "(A 2021" in parentheses. */
const citation = new RegExp(
  `${name} et al\\. \\d{4}|${name} (?:and|&) ${name} \\d{4}|(?<=\\()${name} \\d{4}`,
  "gu",
);

/** Short forms that a file cites; comments' line breaks count as blanks. */
const cited = (text: string): string[] => text.replace(/\n\s*(?:\*|\/\/)?\s*/g, " ").match(citation) ?? [];

test("citations are recognised across the lines of a comment", () => {
  expect(
    cited("/**\n * As in (Efron 1979) and Agarwal et al.\n * 2021; Ioffe & Szegedy 2015. Since 1970.\n */"),
  ).toEqual(["Efron 1979", "Agarwal et al. 2021", "Ioffe & Szegedy 2015"]);
});

test("every cited work is in the bibliography", () => {
  const missing = files.flatMap((file) =>
    cited(readFileSync(file, "utf8"))
      .filter((form) => !headings.has(form))
      .map((form) => `${relative(root, file)}: ${form}`),
  );
  expect(missing).toEqual([]);
});
