import { readFileSync } from "node:fs";
import { libtorchVersion } from "@throughline/torch";
import { describe, expect, test } from "vitest";

type Counts = Record<"names" | "supported" | "ops" | "left" | "missing", number>;

const { generateCoverage } = (await import("../../scripts/generate-coverage.mjs" as string)) as {
  generateCoverage(): Promise<{ text: string; counts: Record<string, Counts> }>;
};
const { text, counts } = await generateCoverage();

describe.runIf(libtorchVersion().startsWith("2.13."))("coverage of PyTorch's names", () => {
  test("docs/coverage.md is what the generator writes", () => {
    const committed = readFileSync(new URL("../../../../docs/coverage.md", import.meta.url), "utf8");
    expect(text === committed, "run: npm run coverage -w packages/torch").toBe(true);
  });

  test("every name is in one group", () => {
    for (const [space, { names, supported, ops, left, missing }] of Object.entries(counts))
      expect([space, supported + ops + left + missing]).toEqual([space, names]);
  });

  // Per cent of a namespace's names that are supported, just under what is measured.
  test.each([
    ["torch.Tensor", 80],
    ["torch", 65],
    ["torch.special", 35],
    ["torch.linalg", 87],
    ["torch.fft", 100],
    ["torch.nn", 64],
    ["torch.nn.functional", 79],
    ["torch.nn.init", 57],
    ["torch.optim", 62],
    ["torch.optim.lr_scheduler", 93],
    ["torch.distributions", 11],
    ["torch.utils.data", 48],
    ["torch.autograd", 56],
  ])("of %s at least %i %%", (space, share) => {
    const { supported, names } = counts[space]!;
    expect((100 * supported) / names).toBeGreaterThanOrEqual(share);
  });

  test("what one tensor can do is hardly ever missing", () => {
    const { names, left, missing } = counts["torch.Tensor"]!;
    expect(missing / (names - left)).toBeLessThan(0.01);
  });
});
