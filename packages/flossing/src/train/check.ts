// Checks of combinations of options: contradictions are found before anything starts, and listed all at once, by the
// flags of the command line.

import { askedFlags, isAsked, LabError, type Sources } from "@throughline/lab";
import { problemList } from "@throughline/torch/checks";
import { levelsHere } from "@throughline/torch/kernels";
import type { TrainConfig } from "./options.js";

/**
 * @param sources left out: nothing was asked for by name
 * @throws LabError lab/config with a sentence for everything that does not go together
 */
export function checkConfig(config: TrainConfig, sources: Sources = {}): void {
  refuseAll([
    ...taskProblems(config, sources),
    ...netProblems(config),
    ...flossingProblems(config),
    ...kernelProblems(config),
  ]);
}

/** Linux says what its processor has; elsewhere the kernels themselves refuse, once they are there. */
function kernelProblems({ kernels }: TrainConfig): string[] {
  const here = levelsHere();
  if (kernels === "auto" || process.platform !== "linux" || here.includes(kernels)) return [];
  return [
    `--kernels ${kernels}: this processor does not have these instructions; give auto or ${here.join(", ")}`,
  ];
}

/** @throws LabError lab/config if there are any problems */
export function refuseAll(problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new LabError("lab/config", problemList(problems));
}

/** True if a run flosses at all. */
export function flosses({ flossBefore, flossDuring, flossWeight }: TrainConfig): boolean {
  return flossBefore > 0 || flossDuring !== "none" || flossWeight > 0;
}

/** Steps of a sequence of psmnist: 28 × 28 pixels. */
const PIXELS = 784;

function taskProblems(config: TrainConfig, sources: Sources): string[] {
  const { task, data } = config;
  if (data !== undefined || task === "data") {
    if (data === undefined) return ["--task data needs a file: give --data FILE"];
    // With --data the task need not be named, so its default must not count as a contradiction.
    const isImplied = task === "data" || (task === "xor" && !isAsked(sources.task ?? "default"));
    if (!isImplied) return [`--task ${task} reads no data; omit --task or --data`];
    const others = askedFlags(sources, ["delay", "level", "scoring", "permutation"]);
    return others === "" ? [] : [`${others}: not for own data; omit it, or --data`];
  }
  const own = askedFlags(sources, ["answer", "kind", "standardise", "testPart"]);
  const problems = own === "" ? [] : [`${own}: only for own data; give --data FILE as well`];
  return task === "psmnist" ? problems : [...problems, ...delayProblems(config)];
}

function delayProblems({ task, delay, level, length, scoring }: TrainConfig): string[] {
  const problems: string[] = [];
  const bits = 2 ** level;
  if (task === "xor" && delay % bits !== 0) {
    problems.push(`--delay must be a multiple of ${bits} for an XOR of ${bits} bits, got ${delay}`);
  }
  const least = scoring === "answerable" ? delay + 1 : delay;
  if (length < least) {
    problems.push(`--length must be ${least} or more for a --delay of ${delay} (${scoring}), got ${length}`);
  }
  return problems;
}

const names = { gru: "a GRU", lstm: "an LSTM", pre: "a vanilla net", post: "a vanilla net" } as const;

/** @returns what does not go with a gated cell */
export function gateProblems({ cell, init, gain }: Pick<TrainConfig, "cell" | "init" | "gain">): string[] {
  const isGated = cell === "gru" || cell === "lstm";
  if (!isGated || (init === "gaussian" && gain === 1)) return [];
  return [`--init and --gain are for vanilla nets; ${names[cell]} starts as in PyTorch`];
}

function netProblems(config: TrainConfig): string[] {
  const { cell, leak, penalty, flossWeight } = config;
  const problems: string[] = [];
  const isGated = cell === "gru" || cell === "lstm";
  if (isGated && leak !== 1) problems.push(`--leak is for vanilla nets; ${names[cell]} has none`);
  problems.push(...gateProblems(config));
  if (penalty === "jacobian-norm" && isGated) {
    problems.push(`--penalty jacobian-norm is for vanilla nets, not for ${names[cell]}`);
  }
  if (penalty === "gradient-norm" && cell !== "pre") {
    problems.push(`--penalty gradient-norm is for --cell pre, not ${cell}`);
  }
  if (penalty !== "none" && flossWeight > 0) {
    problems.push("--penalty is what is added instead of flossing; omit --penalty or --floss-weight");
  }
  return problems;
}

/** @returns what is wrong with the number of exponents */
export function directionProblems({ cell, units, k }: Pick<TrainConfig, "cell" | "units" | "k">): string[] {
  const directions = cell === "lstm" ? 2 * units : units;
  if (k <= directions) return [];
  return [
    `--k is ${k}, but a state of ${units} units (--units) has only ${directions} directions; give ${directions} or less`,
  ];
}

function flossingProblems(config: TrainConfig): string[] {
  if (!flosses(config)) return [];
  const { task, data, flossLength, flossSkip, flossDuring, flossSteps, flossBudget } = config;
  const problems = directionProblems(config);
  if (flossSkip >= flossLength) {
    problems.push(`--floss-skip (${flossSkip}) must be less than --floss-length (${flossLength})`);
  }
  if (flossDuring === "periodic" && flossBudget < flossSteps) {
    problems.push(
      `--floss-budget (${flossBudget}) does not allow one flossing of ${flossSteps} steps (--floss-steps)`,
    );
  }
  if (task === "psmnist" && data === undefined) problems.push(...lengthProblems(config, PIXELS, "psmnist"));
  return problems;
}

/** Problem with the length of flossing's trajectories, for a task whose longest one is `longest`. */
export function lengthProblems(config: TrainConfig, longest: number | undefined, title: string): string[] {
  const { flossLength } = config;
  if (longest === undefined || !flosses(config) || flossLength <= longest) return [];
  const skip = Math.min(10 + Math.ceil(longest / 10), Math.floor(longest / 2));
  return [
    `--floss-length is ${flossLength}, but the longest sequence of ${title} has ${longest} steps; ` +
      `give --floss-length ${longest} --floss-skip ${skip}, say`,
  ];
}
