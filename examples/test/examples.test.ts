// Every example runs, in the way a user runs it, and its loss falls.
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: string[]): Promise<Outcome> {
  return new Promise((done) => {
    const child = execFile(process.execPath, args, { cwd: root, timeout: 600_000 }, (_, stdout, stderr) => {
      done({ code: child.exitCode ?? -1, stdout, stderr });
    });
  });
}

const names = readdirSync(new URL("../src", import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.name.endsWith(".ts") || existsSync(`${entry.parentPath}/${entry.name}/main.ts`))
  .map((entry) => entry.name.replace(".ts", ""))
  .filter((name) => name !== "index");

/** What each example's output must contain besides the falling loss. */
const results: Record<string, RegExp> = {
  "custom-function": /^gradcheck: worst deviation .*\ngradgradcheck: worst/,
  digits: /test accuracy (\d\d\.\d\d %) \(\d+ of 1000\)[\s\S]*reloaded, it has \1/,
  "floss-own-cell": /largest exponents after training: -\d[\s\S]*\d % of the answers are right/,
  "flossing-spikes":
    /central differences along it: [\s\S]*outgrows direction 12 by [\s\S]*lengths of 30 gradients: median \d/,
  "flossed-gates": /GRU: tr D \/ n = 0\.\d+[\s\S]*after 30 flossing steps tr D \/ n = 0\.\d/,
  jacobian: /by jvp and by vjp, they differ by \d\.\de-1\d of the largest/,
  "load-pytorch": /epoch: 3\n {2}state_dict\n[\s\S]*0\.weight: float32 \[2, 3\][\s\S]*loaded into Sequential/,
  "sine-gru": /foretelling that nothing changes has 0\.\d/,
};

describe("examples", () => {
  test("all are tested", () => {
    expect(names.sort()).toEqual(Object.keys(results).sort());
  });

  test.each(Object.entries(results))("%s --smoke", async (name, result) => {
    const folder = existsSync(`${root}/examples/dist/${name}.js`) ? `${name}.js` : `${name}/main.js`;
    const { code, stdout, stderr } = await run(`${root}/examples/dist/${folder}`, "--smoke");
    expect(`${stdout}${stderr}`).toMatch(/loss fell: from [\d.e-]+ to [\d.e-]+/);
    expect(stdout).toMatch(result);
    expect(stderr).not.toContain("\r");
    expect(code).toBe(0);
  });

  test("a mistaken option is told", async () => {
    const { code, stderr } = await run(`${root}/examples/dist/digits/main.js`, "--smok");
    expect(code).toBe(2);
    expect(stderr).toContain("Unknown option '--smok'");
    expect(stderr).toContain("accepted: --smoke, --epochs …, --seed …, --threads …, --out …");
    const wrong = await run(`${root}/examples/dist/digits/main.js`, "--epochs", "few");
    expect(wrong).toMatchObject({
      code: 2,
      stderr: "--epochs is few; accepted: a whole number of 0 or more\n",
    });
  });
});

describe("npm run example", () => {
  const script = `${root}/scripts/example.mjs`;

  test("is what the README says", () => {
    const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8"));
    expect(scripts.example).toBe("node scripts/example.mjs");
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    for (const name of names) expect(readme).toContain(`| \`${name}\` `);
  });

  test("without a name lists every example with its purpose", async () => {
    const { code, stdout } = await run(script);
    expect(code).toBe(0);
    for (const name of names) expect(stdout).toMatch(new RegExp(`^ {2}${name} +[A-Z].+\\.$`, "m"));
  });

  test.each([
    ["digtis", "there is no example 'digtis'; did you mean 'digits'?\nexamples: custom-function, digits,"],
    ["sine", "there is no example 'sine'\nexamples: "],
    ["load-pytroch", "did you mean 'load-pytorch'?"],
  ])("a mistyped name: %s", async (name, text) => {
    const { code, stderr } = await run(script, name);
    expect(code).toBe(2);
    expect(stderr).toContain(text);
  });

  test("runs an example, with its options and its exit code", async () => {
    const { code, stderr } = await run(script, "digits", "--wrong");
    expect(code).toBe(2);
    expect(stderr).toContain("Unknown option '--wrong'");
  });
});
