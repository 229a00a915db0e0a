// Files that runs keep: what was written comes back, absence is told from damage.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Artifact,
  artifactPath,
  createRun,
  defineExperiment,
  executeRun,
  type LinesArtifact,
  type RunContext,
  readArtifact,
  resolveConfig,
} from "@throughline/lab";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";

const root = mkdtempSync(join(tmpdir(), "throughline-artifacts-"));
afterAll(() => rmSync(root, { recursive: true }));

const point = z.object({ x: z.number(), label: z.string().nullable() });
type Point = z.output<typeof point>;
const one: Artifact<Point> = { name: "deep/point.json", schema: point };
const many: LinesArtifact<Point> = { name: "points.jsonl", schema: point, lines: true };

async function runOf(run: (context: RunContext) => void): Promise<string> {
  const experiment = defineExperiment({
    ...{ name: "test/artifacts", purpose: "Test.", config: {}, presets: {} },
    run: async (context) => {
      run(context);
      return {};
    },
  });
  const path = createRun(experiment, resolveConfig(experiment, { overrides: ["threads=1"] }), { root });
  const { error } = await executeRun(path, experiment);
  expect(error).toBeUndefined();
  return path;
}

test("values come back as they were written", async () => {
  const points = [
    { x: 0.1, label: null },
    { x: -1e300, label: 'a "quoted"\nline' },
  ];
  const run = await runOf((context) => {
    expect(context.keep(one, points[0]!)).toBe(artifactPath(context.path, one.name));
    context.keep(many, points);
  });
  expect(readArtifact(run, one)).toEqual(points[0]);
  expect(readArtifact(run, many)).toEqual(points);
});

test("a file that was never written is absent; one that cannot be understood is damaged", async () => {
  const run = await runOf((context) => {
    context.keep(many, [{ x: 1, label: null }]);
  });
  expect(readArtifact(run, one)).toBeUndefined();
  writeFileSync(artifactPath(run, many.name), '{"x":1,"label":null}\n{"x":"1","label":null}\n');
  expect(() => readArtifact(run, many)).toThrow(/points\.jsonl, line 2, is damaged: x: /);
  writeFileSync(artifactPath(run, many.name), '{"x":1,"lab');
  expect(() => readArtifact(run, many)).toThrow(/points\.jsonl, line 1, is damaged: .*JSON/);
});

test("names that lead out of the run are refused", () => {
  for (const name of ["", ".", "..", "../x", "/etc/passwd", "a/../../x", "folder/"]) {
    expect(() => artifactPath("/run", name), name).toThrow(/is not a file name inside artifacts/);
  }
  expect(artifactPath("/run", "a/./b.json")).toBe("/run/artifacts/a/b.json");
});

test("the folder of all runs, and of what they share, is known", async () => {
  await runOf((context) => {
    expect(context.root).toBe(root);
    expect(context.cacheFolder("encodings")).toBe(join(root, "cache", "encodings"));
  });
});
