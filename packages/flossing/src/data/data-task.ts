// A task made of sequences that are there, not drawn: some to learn from, the others to be tested on.
import { dispose, keep, scope, type Tensor, TorchError } from "@throughline/torch";
import type { Task } from "../tasks/task.js";
import { targetRows } from "./rows.js";
import {
  batchOf,
  drawNumbers,
  firstScoredOf,
  type Question,
  type Sequences,
  windowsOf,
} from "./sequences.js";

/** Parts of a `dataTask`. */
export interface DataTaskParts {
  readonly title: string;
  readonly train: Sequences;
  readonly test: Sequences;
  readonly question: Question;
  /** Numbers that the readout gives: classes, or values of a regression. */
  readonly outputSize: number;
  readonly classes?: readonly string[];
}

/** A task over data of one's own. Its tensors live until `dispose()`. */
export interface DataTask extends Task {
  readonly length: number;
  readonly longestInputs: number;
  /** Names of the classes, in the order of the readout's numbers; none for a regression. */
  readonly classes: readonly string[];
  dispose(): void;
}

/** Takes over the tensors of its parts. */
export function dataTask(parts: DataTaskParts): DataTask {
  const { title, train, test, question, outputSize, classes = [] } = keep(parts);
  const length = train.inputs.size(1);
  const longestInputs = Math.max(...train.lengths);
  const first = Math.min(firstScoredOf(train, question), firstScoredOf(test, question));
  return {
    title,
    inputSize: train.inputs.size(2),
    outputSize,
    kind: question.kind,
    firstScored: first,
    length,
    leastLength: length,
    longestInputs,
    classes,
    chance: chanceOf(train, question),
    ceiling: () => (question.kind === "regression" ? 0 : 1),
    heldOut: {
      size: test.lengths.length,
      batch: (from, count) => batchOf(test, question, range(from, count), first),
    },
    sample(wanted, batch, { generator, dtype }) {
      if (wanted !== length) {
        throw new TorchError("torch/argument", `${title}: sequences have ${length} steps, not ${wanted}`);
      }
      return batchOf(train, question, drawNumbers(train.lengths.length, batch, generator), first, dtype);
    },
    inputs(wanted, batch, options) {
      if (wanted > longestInputs) {
        throw new TorchError(
          "torch/argument",
          `${title}: no sequence has ${wanted} steps; the longest has ${longestInputs}`,
        );
      }
      return windowsOf(train, question, wanted, batch, options);
    },
    dispose: () => dispose(parts),
  };
}

function range(from: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => from + i);
}

/** Score of the best constant answer: the share of the commonest class, or the variance of the targets. */
function chanceOf(train: Sequences, question: Question): number {
  return scope(() => {
    const rows: Tensor = targetRows(train, question);
    if (question.kind === "classification") {
      const counts = rows.flatten().to("int64").bincount();
      return counts.amax().item() / rows.numel;
    }
    const wide = rows.to("float64");
    const centred = wide.sub(wide.mean({ dim: 0 }));
    const { targetScale } = question;
    return (targetScale === undefined ? centred : centred.div(targetScale.deviation)).square().mean().item();
  });
}
