// `--ranks`: one run by several processes, started here or by srun or torchrun.
import type { ExecuteOptions, Outcome } from "@throughline/lab";
import type { distributed } from "@throughline/torch";
import { type Command, InvalidArgumentError } from "commander";
import { seconds } from "./duration.js";
import { conclude } from "./outcome.js";
import { stopSignals } from "./signals.js";
import { note, paintError } from "./terminal.js";
import { work } from "./work.js";

/** Seconds that ranks wait for each other. */
const PATIENCE = 600;
const MOST = 1024;

/** Flags of `run` and `resume`. */
export interface RankFlags {
  readonly ranks?: number | "env";
  readonly rankTimeout?: number;
}

export function withRanks(command: Command): Command {
  return command
    .option(
      "--ranks <n>",
      "processes that train one model, each with its share of every batch: a number, started here; or env, as srun and torchrun have started this one (default: 1)",
      ranks,
    )
    .option(
      "--rank-timeout <time>",
      "time that ranks wait for each other, after which the run fails: 90s, 10min, 2h (default: 10min)",
      seconds,
    );
}

function ranks(text: string): number | "env" {
  if (text === "env") return text;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST) return value;
  throw new InvalidArgumentError(`give a whole number from 1 to ${MOST}, or env`);
}

/** True if other processes are to be started for the ranks. */
export const startsRanks = ({ ranks: count }: RankFlags): boolean => typeof count === "number" && count > 1;

/** Runs this very command in a process for each rank; the exit code is left in `process.exitCode`. */
export async function startRanks(count: number): Promise<void> {
  const { launchRanks } = await import("@throughline/lab");
  work.busy = true;
  const signals = stopSignals();
  signals.say = () => note("stopping: all ranks stop after the same step; Ctrl-C again ends them at once");
  const args = process.argv.slice(1).flatMap((arg, at, all) => {
    if (arg.startsWith("--ranks=")) return ["--ranks=env"];
    return all[at - 1] === "--ranks" ? ["env"] : [arg];
  });
  try {
    process.exitCode = await launchRanks({
      command: [process.execPath, ...process.execArgv, ...args],
      ranks: count,
      say: (text) => note(text),
      stop: signals.stop,
      kill: signals.kill,
    });
  } finally {
    signals.restore();
  }
}

/** The ranks of a command, seen from one of them. */
export class Ranks {
  readonly group: distributed.ProcessGroup | undefined;
  readonly #localSize: number;

  private constructor(group: distributed.ProcessGroup | undefined, localSize: number) {
    this.group = group;
    this.#localSize = localSize;
  }

  /** Joins the group that the environment names, where `--ranks env` asks for it; else this process is alone. */
  static async join({ ranks: asked, rankTimeout = PATIENCE }: RankFlags): Promise<Ranks> {
    if (asked !== "env") return new Ranks(undefined, 1);
    const [{ distributed }, { LISTENING }] = await Promise.all([
      import("@throughline/torch"),
      import("@throughline/lab"),
    ]);
    const listening = process.env[LISTENING];
    const group = await distributed.initProcessGroup({
      timeout: rankTimeout,
      ...(listening !== undefined && { listening: Number(listening) }),
    });
    return new Ranks(group, distributed.fromEnvironment()?.localSize ?? 1);
  }

  /** True for rank 0, which decides and prints. */
  get isFirst(): boolean {
    return (this.group?.rank ?? 0) === 0;
  }

  /** Result of rank 0, on all ranks. If it fails, so do the others. */
  async decide<T>(find: () => Promise<T>): Promise<T> {
    const { group } = this;
    if (group === undefined) return find();
    const found = this.isFirst ? await this.guard(find) : undefined;
    return group.broadcastObject(found) as Promise<T>;
  }

  /** Options of `executeRun` for this rank. @param total threads of the run, which ranks of one machine share */
  options(total: number): Pick<ExecuteOptions, "group" | "threads" | "signal"> {
    if (this.group === undefined) return {};
    const gone = new AbortController();
    // The process that started the ranks has gone.
    process.on("disconnect", () => gone.abort());
    return {
      group: this.group,
      threads: Math.max(1, Math.floor(total / this.#localSize)),
      signal: gone.signal,
    };
  }

  /** Runs what may fail; a failure is told to the other ranks. */
  async guard<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      await this.#leave((error as Error).message);
      throw error;
    }
  }

  /** Prints how the run ended, on rank 0, and leaves the group. */
  async conclude(outcome: Outcome, flags: { readonly root: string; readonly json?: boolean }): Promise<void> {
    if (this.isFirst) await conclude(outcome, flags);
    else {
      process.exitCode = outcome.exitCode;
      if (outcome.error) note(`${paintError("red", "failed")}: ${outcome.error.message}`);
    }
    await this.#leave(outcome.error?.message);
  }

  /** Leaves the group. @param reason why this rank has failed */
  async #leave(reason: string | undefined): Promise<void> {
    if (this.group === undefined) return;
    if (reason === undefined) await this.group.close();
    else await this.group.abort(reason);
    // Waiting for the end of the process that started the ranks would keep this one alive.
    if (process.connected) process.disconnect();
  }
}
