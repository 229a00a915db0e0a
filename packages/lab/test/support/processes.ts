// Runs of the tiny experiment in processes of their own, which may be killed.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Ending, type Started, startProcess } from "@throughline/testing/processes";

const child = fileURLToPath(new URL("./child.mjs", import.meta.url));

/** Starts `child.mjs` with these arguments. */
export function start(
  args: readonly string[],
  options: { env?: Record<string, string>; preload?: string; command?: readonly string[] } = {},
): Started {
  const preload = options.preload === undefined ? [] : ["--import", options.preload];
  return startProcess([...(options.command ?? []), process.execPath, ...preload, child, ...args], {
    env: { ...process.env, OMP_NUM_THREADS: "1", ...options.env },
  });
}

/** Starts a process and waits for its end. */
export function done(...args: Parameters<typeof start>): Promise<Ending> {
  return start(...args).ended;
}

/** Where the run `name` under `root` is. */
export function runAt(root: string, name: string): string {
  return join(root, "test", "tiny", name);
}

/** What must be the same for two runs: rows without times, the last checkpoint bit for bit, summary, weights. */
export function results(run: string): Record<string, unknown> {
  const rows = readFileSync(join(run, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { time: _, ...row } = JSON.parse(line) as Record<string, unknown>;
      return row;
    });
  const checkpoints = join(run, "checkpoints");
  const last = readdirSync(checkpoints)
    .filter((name) => name.startsWith("step-"))
    .sort()
    .at(-1)!;
  const { state } = JSON.parse(readFileSync(join(checkpoints, last, "state.json"), "utf8")) as {
    state: Record<string, unknown>;
  };
  return {
    rows,
    last,
    tensors: readFileSync(join(checkpoints, last, "tensors.safetensors")).toString("base64"),
    state: { ...state, elapsed: 0, metricsBytes: 0, metricsSha256: "" },
    best: JSON.parse(readFileSync(join(checkpoints, "pointers.json"), "utf8")) as unknown,
    summary: JSON.parse(readFileSync(join(run, "summary.json"), "utf8")) as unknown,
    weights: readFileSync(join(run, "artifacts", "weights.txt"), "utf8"),
  };
}

/** Numbers between 0 and 1 from a seed that a failure names. */
export function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
