// npm run example -- <name> [options]: runs an example, building it first if need be. Without a name: lists them.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const src = join(root, "examples/src");

/** An example is a file (index.ts exports to others), or a folder with main.ts; its first line says what it is for. */
const examples = readdirSync(src, { withFileTypes: true }).flatMap((entry) => {
  const name = entry.name.replace(/\.ts$/, "");
  const file = entry.isDirectory() ? join(name, "main.ts") : entry.name;
  if (name === "index" || !existsSync(join(src, file)) || !file.endsWith(".ts")) return [];
  const purpose = /^\/\/ (.*)/.exec(readFileSync(join(src, file), "utf8"))?.[1] ?? "";
  return [
    { name, purpose, source: join(src, file), built: join(root, "examples/dist", file.replace(/ts$/, "js")) },
  ];
});

const [name, ...args] = process.argv.slice(2);
const example = examples.find((candidate) => candidate.name === name);
if (name === undefined || name === "--help") {
  const width = Math.max(...examples.map((candidate) => candidate.name.length));
  console.log("npm run example -- <name> [--smoke]\n");
  for (const { name, purpose } of examples) console.log(`  ${name.padEnd(width)}  ${purpose}`);
} else if (example === undefined) {
  const nearest = examples
    .map((candidate) => ({ name: candidate.name, distance: editDistance(name, candidate.name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  const near = nearest !== undefined && nearest.distance <= Math.max(2, name.length / 2);
  const names = examples.map((candidate) => candidate.name).join(", ");
  console.error(
    `there is no example '${name}'${near ? `; did you mean '${nearest.name}'?` : ""}\nexamples: ${names}`,
  );
  process.exitCode = 2;
} else {
  process.exitCode = build(example) || run([example.built, ...args]);
}

/**
 * Builds unless the last build is newer than every source.
 * @param {{ built: string }} example @returns {number} the compiler's exit code
 */
function build({ built }) {
  const record = join(root, "examples/dist/.tsbuildinfo");
  const newest = Math.max(
    ...readdirSync(src, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
  if (existsSync(built) && existsSync(record) && statSync(record).mtimeMs >= newest) return 0;
  console.error("building the examples …");
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  return run([join(dirname(manifest), "bin/tsc"), "-b", join(root, "examples")]);
}

/** @param {string[]} argv @returns {number} the exit code; 130 if interrupted */
function run(argv) {
  const { status, error } = spawnSync(process.execPath, argv, { stdio: "inherit" });
  if (error) throw error;
  return status ?? 130;
}

/**
 * How many letters must be added, dropped, changed or swapped with their neighbour.
 * @param {string} a @param {string} b
 */
function editDistance(a, b) {
  /** @type {number[][]} */
  const table = [];
  for (let i = 0; i <= a.length; i++) {
    /** @type {number[]} */
    const row = [i];
    table.push(row);
    for (let j = 1; j <= b.length; j++) {
      const cost = Number(a[i - 1] !== b[j - 1]);
      const above = table[i - 1]?.[j] ?? j;
      const diagonal = table[i - 1]?.[j - 1] ?? j - 1;
      const choices = i === 0 ? [j] : [above + 1, (row[j - 1] ?? 0) + 1, diagonal + cost];
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) choices.push((table[i - 2]?.[j - 2] ?? 0) + 1);
      row.push(Math.min(...choices));
    }
  }
  return table.at(-1)?.at(-1) ?? 0;
}
