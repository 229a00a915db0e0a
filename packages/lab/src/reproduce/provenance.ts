// Provenance of the numbers of a page.
import { plural } from "@throughline/torch/checks";
import { readEnvironment } from "../run/environment.js";
import type { RunRecord } from "../run/record.js";
import { countProcessors } from "./processor.js";

export interface Provenance {
  /** Command that makes this page again. */
  readonly command: string;
  /** Throughline's: of this page, and of the runs where they differ. An installed package has its version instead. */
  readonly commits: readonly string[];
  readonly machines: readonly string[];
  /** Processors with their kernels, and how many runs each did. */
  readonly processors: readonly (readonly [processor: string, runs: number])[];
  readonly versions: string;
  readonly date: Date;
  readonly seeds: number;
  readonly runs: number;
  /** Seconds that making the page took, runs included. */
  readonly wallTime: number;
  /** Seconds of work that the runs say they took, all sessions added up. */
  readonly workTime: number;
}

type Environment = Readonly<Record<string, unknown>>;

/** Everything but what only the caller knows. */
export async function provenanceOf(
  runs: readonly RunRecord[],
  known: Pick<Provenance, "command" | "date" | "wallTime">,
): Promise<Provenance> {
  const here = readEnvironment({});
  const all = [here, ...runs.map((run) => run.environment)];
  const times = await Promise.all(runs.map(workTime));
  return {
    ...known,
    commits: distinct(all.map(commit)),
    machines: distinct((runs.length > 0 ? all.slice(1) : all).map(machine)),
    processors: countProcessors(runs),
    versions: distinct(
      all
        .slice(1)
        .concat(runs.length > 0 ? [] : [here])
        .map(versions),
    ).join("; "),
    seeds: new Set(runs.map((run) => run.config.seed)).size,
    runs: runs.length,
    workTime: times.reduce((sum, time) => sum + time, 0),
  };
}

async function workTime(run: RunRecord): Promise<number> {
  const rows = await run.metrics();
  return rows.reduce((latest, row) => Math.max(latest, row.time), 0);
}

function commit({ git, throughline }: Environment): string {
  const state = git as { commit?: unknown; dirty?: unknown } | null | undefined;
  if (typeof state?.commit !== "string")
    return `that of the package Throughline ${String(throughline ?? "")}`.trim();
  return `${state.commit.slice(0, 12)}${state.dirty === true ? " with uncommitted changes" : ""}`;
}

function machine({ cpu, cores, memory, os, device }: Environment): string {
  const parts = [
    typeof cpu === "string" ? cpu : "unknown processor",
    ...(typeof cores === "number" ? [plural(cores, "core")] : []),
    ...(typeof memory === "number" ? [`${Math.round(memory / 2 ** 30)} GiB`] : []),
    ...(typeof os === "string" ? [os] : []),
    ...(typeof device === "string" && device !== "cpu" ? [`device ${device}`] : []),
  ];
  return parts.join(", ");
}

function versions({ throughline, libtorch, node }: Environment): string {
  const named = Object.entries({ Throughline: throughline, libtorch, Node: node });
  return named
    .flatMap(([name, version]) => (typeof version === "string" ? [`${name} ${version}`] : []))
    .join(", ");
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
