// Which kernels a process runs, each case in a process of its own: the choice is made once.
import { execFileSync } from "node:child_process";
import { kernelLevel } from "@throughline/flossing";
import { kernelLevels, levelsHere } from "@throughline/torch/kernels";
import { expect, test } from "vitest";

const processor = new URL("../../dist/kernels/processor.js", import.meta.url).href;

/** What a process prints that has `choice` made. */
function inProcess(choice: string, env: Readonly<Record<string, string>> = {}): string {
  const program = `
    import { chooseKernels, kernelLevel } from ${JSON.stringify(processor)};
    const attempt = (work) => { try { return work(); } catch (error) { return error.message; } };
    console.log([${choice}, process.env.THROUGHLINE_KERNELS].join("|"));`;
  const { THROUGHLINE_KERNELS: _, ...rest } = process.env;
  const options = { encoding: "utf8", env: { ...rest, ...env } } as const;
  return execFileSync(process.execPath, ["--input-type=module", "--eval", program], options).trim();
}

test.each(levelsHere())(
  "%s, chosen before anything has run, is used, and the environment left as it was",
  (level) => {
    expect(inProcess(`chooseKernels("${level}"), kernelLevel()`)).toBe(`${level}|${level}|`);
  },
);

test("left to itself, a process uses the best that the processor has", () => {
  const best = inProcess(`chooseKernels("auto")`);
  expect(kernelLevels).toContain(best.replace("|", ""));
  if (process.platform === "linux" && process.arch === "x64") expect(best).toBe(`${levelsHere().at(-1)}|`);
});

test("a second choice in one process is refused, and leaves the first", () => {
  const text = inProcess(`kernelLevel(), attempt(() => chooseKernels("avx2")), kernelLevel()`, {
    THROUGHLINE_KERNELS: "baseline",
  });
  expect(text).toBe(
    "baseline|the kernels of this process use baseline already; start another process for avx2|baseline|baseline",
  );
});

test("this process tells its own", () => {
  expect(levelsHere()).toContain(kernelLevel());
});
