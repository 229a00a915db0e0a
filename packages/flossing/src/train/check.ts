// What options say together: contradictions are found before anything starts, and said all at once.
import { LabError } from "@throughline/lab";
import type { TrainConfig } from "./options.js";

/** @throws LabError lab/config with a sentence for everything that does not go together */
export function checkConfig(config: TrainConfig): void {
  const problems = [...taskProblems(config), ...netProblems(config), ...flossingProblems(config)];
  if (problems.length === 0) return;
  const message =
    problems.length === 1 ? problems[0]! : `${problems.length} problems:\n  ${problems.join("\n  ")}`;
  throw new LabError("lab/config", message);
}

/** Whether a run flosses at all. */
export function flosses({ flossBefore, flossDuring, flossWeight }: TrainConfig): boolean {
  return flossBefore > 0 || flossDuring !== "none" || flossWeight > 0;
}

function taskProblems({ task, data, delay, level, length, scoring }: TrainConfig): string[] {
  if (data !== "" || task === "data") {
    if (data === "") return ["the task data needs a file: give --data FILE"];
    // Nobody need name the task as well, so its default must not contradict.
    const isImplied = task === "data" || task === "xor";
    return isImplied ? [] : [`the task ${task} reads no data; leave out --task, or --data`];
  }
  if (task === "psmnist") return [];
  const problems: string[] = [];
  const bits = 2 ** level;
  if (task === "xor" && delay % bits !== 0) {
    problems.push(`delay must be a multiple of ${bits} for an XOR of ${bits} bits, got ${delay}`);
  }
  const least = scoring === "answerable" ? delay + 1 : delay;
  if (length < least) {
    problems.push(`length must be ${least} or more for a delay of ${delay} (${scoring}), got ${length}`);
  }
  return problems;
}

function netProblems({ cell, leak, init, gain, penalty, flossWeight }: TrainConfig): string[] {
  const problems: string[] = [];
  const isGated = cell === "gru" || cell === "lstm";
  const name = { gru: "a GRU", lstm: "an LSTM", pre: "a vanilla net", post: "a vanilla net" }[cell];
  if (isGated && leak !== 1) problems.push(`leak is for vanilla nets; ${name} has none`);
  if (isGated && (init !== "gaussian" || gain !== 1)) {
    problems.push(`init and gain are for vanilla nets; ${name} starts as in PyTorch`);
  }
  if (penalty === "jacobian-norm" && isGated) {
    problems.push(`the penalty jacobian-norm is for vanilla nets, not for ${name}`);
  }
  if (penalty === "gradient-norm" && cell !== "pre") {
    problems.push(`the penalty gradient-norm is for cell pre, not ${cell}`);
  }
  if (penalty !== "none" && flossWeight > 0) {
    problems.push("penalty is what is added instead of flossing; leave out penalty or flossWeight");
  }
  return problems;
}

function flossingProblems(config: TrainConfig): string[] {
  if (!flosses(config)) return [];
  const { cell, units, k, flossLength, flossSkip, flossDuring, flossSteps, flossBudget } = config;
  const problems: string[] = [];
  const directions = cell === "lstm" ? 2 * units : units;
  if (k > directions) {
    problems.push(
      `k is ${k}, but a state of ${units} units has only ${directions} directions; give ${directions} or less`,
    );
  }
  if (flossSkip >= flossLength) {
    problems.push(`flossSkip (${flossSkip}) must be less than flossLength (${flossLength})`);
  }
  if (flossDuring === "periodic" && flossBudget < flossSteps) {
    problems.push(`flossBudget (${flossBudget}) does not allow one flossing of ${flossSteps} steps`);
  }
  return problems;
}
