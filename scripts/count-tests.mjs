// Lines of tests for a line of source in each package: `node scripts/count-tests.mjs`. Blank lines and generated files are not
// counted, comments are; of tests TypeScript and JavaScript count, and neither Python nor fixtures do.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const packages = join(import.meta.dirname, "..", "packages");

/**
 * Lines that are not blank, of the programs below a folder.
 * @param {string} folder
 */
function linesOf(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) => entry.isFile() && /\.(ts|mjs)$/.test(entry.name) && !/\.generated\.ts$/.test(entry.name),
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8"))
    .reduce((sum, text) => sum + text.split("\n").filter((line) => line.trim() !== "").length, 0);
}

for (const name of readdirSync(packages)) {
  const source = linesOf(join(packages, name, "src"));
  const tests = linesOf(join(packages, name, "test"));
  console.log(
    `${name.padEnd(10)} ${String(source).padStart(6)} ${String(tests).padStart(6)}  ${(tests / source).toFixed(2)}`,
  );
}
