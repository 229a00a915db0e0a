// Options that several commands share.
import { type Command, InvalidArgumentError } from "commander";
import { seconds } from "./duration.js";

/** The folder of all runs where `--root` does not say. */
export function usualRoot(): string {
  return process.env.THROUGHLINE_RUNS || "runs";
}

/** The folder of all runs: `--root`, else THROUGHLINE_RUNS, else `runs`. */
export function withRoot(command: Command): Command {
  return command.option("--root <dir>", "folder of all runs", usualRoot());
}

/** Flags that a suggested command needs to look in the same folder: none, or `--root DIR`. */
export function sameRoot(root: string): string[] {
  return root === usualRoot() ? [] : ["--root", root];
}

export function withJson(command: Command): Command {
  return command.option("--json", "print JSON");
}

/** Limits on the time that a cell takes, and on its silence. */
export interface PatienceFlags {
  readonly cellTimeout?: number;
  readonly warnAfter?: number;
}

export function withPatience(command: Command): Command {
  return command
    .option(
      "--cell-timeout <time>",
      "time limit of a cell, after which it is ended and marked failed: 90s, 10min, 2h, 1d (default: no limit)",
      seconds,
    )
    .option(
      "--warn-after <time>",
      "warn of a cell without a step, metric or message for this time (default: 5min)",
      seconds,
    );
}

/** As a sweep is told. */
export function patience({ cellTimeout, warnAfter }: PatienceFlags): { timeout?: number; quiet?: number } {
  return { timeout: cellTimeout, quiet: warnAfter };
}

/** A whole number from 1. */
export function count(text: string): number {
  return whole(text, 1);
}

/** A finite number. */
export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new InvalidArgumentError("give a number");
  return value;
}

/** A whole number from 0. */
export function seed(text: string): number {
  return whole(text, 0);
}

function whole(text: string, least: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least || !Number.isSafeInteger(value))
    throw new InvalidArgumentError(`give a whole number from ${least}`);
  return value;
}

/** Adds to a list. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
