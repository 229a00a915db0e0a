// The code in README.md and docs/*.md that is marked `ts run` is type-checked and run, and their links lead somewhere.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "node_modules/.cache/throughline-docs"); // inside the repository, so that imports resolve
const pages = [
  join(root, "README.md"),
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, "docs", name)),
];

interface Block {
  readonly name: string;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```ts run\n(.*?)^```$/gms)].map((match) => ({
    name: `${basename(page, ".md")}-${text.slice(0, match.index).split("\n").length + 1}`,
    code: match[1]!,
  }));
}

const blocks = pages.flatMap(blocksOf);

/** Writes the blocks as files of a small project and compiles them; returns what the compiler says. */
function compile(): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, code } of blocks) writeFileSync(join(folder, `${name}.ts`), `${code}export {};\n`);
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: join(root, "tsconfig.base.json"),
      compilerOptions: {
        composite: false,
        declaration: false,
        declarationMap: false,
        isolatedDeclarations: false,
      },
    }),
  );
  // A page's `console.assert` must hold here, not only complain.
  writeFileSync(
    join(folder, "strict.mjs"),
    'console.assert = (ok, ...rest) => { if (!ok) throw new Error(["an assertion does not hold", ...rest].join(" ")); };',
  );
  try {
    execFileSync(join(root, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8", stdio: "pipe" });
    return "";
  } catch (error) {
    return String((error as { stdout?: string }).stdout ?? error);
  }
}

describe("code", () => {
  test("there is some on every page that promises it", () => {
    const withCode = new Set(blocks.map(({ name }) => name.split("-")[0]));
    for (const page of ["README", "memory", "errors", "operators", "lyapunov", "distributions", "recurrent"])
      expect(withCode).toContain(page);
  });

  test("it compiles", () => expect(compile()).toBe(""));

  test.each(blocks)("$name runs", ({ name }) => {
    const output = execFileSync(
      process.execPath,
      ["--import", join(folder, "strict.mjs"), join(folder, `${name}.js`)],
      { encoding: "utf8", stdio: "pipe", env: { ...process.env, OMP_NUM_THREADS: "1" } },
    );
    expect(output).not.toMatch(/undefined|NaN/);
  });
});

describe("links", () => {
  const links = pages.flatMap((page) =>
    [...readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .map((target) => ({ page: basename(page), target, path: join(dirname(page), target) })),
  );
  test.each(links)("$page → $target", ({ path }) => expect(existsSync(path)).toBe(true));
});
