// The command as a child process, as a person calls it.
import { fileURLToPath } from "node:url";
import { type Ending, type Started, startProcess } from "@throughline/testing/processes";

export const bin: string = fileURLToPath(new URL("../../bin/throughline.js", import.meta.url));
const registry = fileURLToPath(new URL("./registry.mjs", import.meta.url));

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly nodeArgs?: readonly string[];
  /** In a group of processes of its own, as at a terminal. */
  readonly detached?: boolean;
}

/** Starts `throughline …`, with one thread, as vitest.config.ts has it: beside other tests, two wait for each other. */
export function start(args: readonly string[], options: CliOptions = {}): Started {
  const { NO_COLOR: _, FORCE_COLOR: __, THROUGHLINE_RUNS: ___, ...env } = process.env;
  return startProcess([process.execPath, ...(options.nodeArgs ?? []), bin, ...args], {
    ...{ cwd: options.cwd, detached: options.detached },
    env: { ...env, THROUGHLINE_REGISTRY: registry, ...options.env },
  });
}

/** Runs `throughline …` to its end. */
export function throughline(args: readonly string[], options: CliOptions = {}): Promise<Ending> {
  return start(args, options).ended;
}

/** What `--json` printed. */
export function json<T = Record<string, unknown>>({ stdout }: Ending): T {
  return JSON.parse(stdout) as T;
}
