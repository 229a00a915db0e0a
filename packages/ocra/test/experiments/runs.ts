// Smoke runs of the experiments, whole or stopped on the way.

import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type ConfigShape,
  createRun,
  type Experiment,
  executeRun,
  type MetricRow,
  type Outcome,
  resolveConfig,
  resumeRun,
} from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { hearing } from "@throughline/testing/steps";

const roots = fileFolder();

/** A new folder of runs, which is gone after the file. */
export const newRoot = (): string => mkdtempSync(join(roots, "runs-"));

/** A smoke run from its beginning to its end. @param overrides such as `steps=3` */
export async function smoke<Shape extends ConfigShape>(
  experiment: Experiment<Shape>,
  overrides: readonly string[],
  root: string = newRoot(),
): Promise<Outcome> {
  return executeRun(newRun(experiment, overrides, root), experiment as unknown as Experiment);
}

const done = new Map<string, Outcome>();

/** A smoke run that several tests of a file look at and none changes: done once, and again only if it did not finish. */
export async function sharedSmoke<Shape extends ConfigShape>(
  experiment: Experiment<Shape>,
  overrides: readonly string[],
): Promise<Outcome> {
  const key = JSON.stringify([experiment.name, overrides]);
  const found = done.get(key) ?? (await smoke(experiment, overrides));
  if (found.status === "finished") done.set(key, found);
  return found;
}

/** The same, stopped in a step of the loop `loop` (that step is done), then resumed. */
export async function interrupted<Shape extends ConfigShape>(
  experiment: Experiment<Shape>,
  overrides: readonly string[],
  { loop, step, root = newRoot() }: { readonly loop: string; readonly step: number; readonly root?: string },
): Promise<{ readonly first: Outcome; readonly last: Outcome }> {
  const path = newRun(experiment, overrides, root);
  const any = experiment as unknown as Experiment;
  const stop = new AbortController();
  const stopping: Experiment = {
    ...any,
    run: (context) => any.run(hearing(context, (name, at) => name === loop && at === step && stop.abort())),
  };
  const first = await executeRun(path, stopping, { signal: stop.signal });
  return { first, last: await resumeRun(path, () => any) };
}

/** A smoke run that has not begun. @returns its directory */
export function newRun<Shape extends ConfigShape>(
  experiment: Experiment<Shape>,
  overrides: readonly string[],
  root: string,
): string {
  const any = experiment as unknown as Experiment;
  return createRun(any, resolveConfig(any, { preset: "smoke", overrides: [...overrides, "threads=1"] }), {
    root,
  });
}

/** A run's metrics without the time they were taken. */
export async function metricsOf({ record }: Outcome): Promise<Omit<MetricRow, "time">[]> {
  return (await record.metrics()).map(({ time: _, ...row }) => row);
}

/** A file among a run's artifacts. */
export const artifact = ({ record }: Outcome, name: string): Buffer =>
  readFileSync(join(record.path, "artifacts", name));
