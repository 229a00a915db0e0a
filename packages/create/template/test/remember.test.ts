// The experiment in small, as the command runs it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRun, curve, executeRun, resolveConfig } from "@throughline/lab";
import { expect, onTestFinished, test } from "vitest";
import { remember } from "../src/remember.ts";

test("a small net learns to repeat what it has just heard", async () => {
  const root = mkdtempSync(join(tmpdir(), "runs-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const run = createRun(remember, resolveConfig(remember, { preset: "smoke" }), { root });

  const { status, summary, record } = await executeRun(run, remember);

  expect(status).toBe("finished");
  const losses = curve(await record.metrics(), "train", "loss").y;
  expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0);
  expect(summary?.accuracy).toBeGreaterThan(0.5); // guessing has 0.5
}, 600_000);
