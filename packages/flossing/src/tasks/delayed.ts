// The paper's tasks: what was seen d steps ago, or the parity of bits that were seen up to d steps ago.
import { scope, type Tensor, TorchError } from "@throughline/torch";
import { checkOptions, oneOf, type Rules, required, whole } from "@throughline/torch/checks";
import { bits, reals } from "./streams.js";
import { checkSample, type SampleOptions, type Scoring, type Task, type TaskBatch } from "./task.js";

/** Options of the delayed tasks. */
export interface DelayOptions {
  /** d, in steps: how far back the earliest input lies that an answer needs. */
  readonly delay: number;
  /** Default `answerable`. */
  readonly scoring?: Scoring;
}

const rules: Rules<Required<DelayOptions>> = {
  delay: required(whole(1, 1)),
  scoring: oneOf(["answerable", "released"], "answerable"),
};

/** Options of `delayedCopy`. */
export interface CopyOptions extends DelayOptions {
  /** Content to copy: fair bits (default, the released code's) or numbers uniform on [0, 1). */
  readonly values?: "bits" | "reals";
}

const copyRules: Rules<Required<CopyOptions>> = { ...rules, values: oneOf(["bits", "reals"], "bits") };

/** y_t = x_{t−d} (paper, delayed copy task). Bits are scored by cross-entropy, numbers by squared error. */
export function delayedCopy(options: CopyOptions): Task {
  const { delay, values, scoring } = checkOptions("delayedCopy", copyRules, options);
  const isBits = values === "bits";
  return stream({
    ...{ delay, scoring, channels: 1, kind: isBits ? "binary" : "regression" },
    title: `delayed copy of ${isBits ? "bits" : "numbers"}, d = ${delay}`,
    draw: isBits ? bits : reals,
    unit: delay,
    answer: (inputs, steps) => back(inputs, steps, delay),
  });
}

/** Options of `temporalXor`. */
export interface XorOptions extends DelayOptions {
  /** h: the parity of 2^h bits, d / 2^h steps apart. Default 1, two bits. */
  readonly level?: number;
}

const xorRules: Rules<Required<XorOptions>> = { ...rules, level: whole(1, 1) };

/**
 * The parity of 2^h bits x_{t−u}, x_{t−2u}, …, x_{t−d} with u = d / 2^h (paper, delayed temporal XOR task; h = 1:
 * y_t = x_{t−d/2} ⊕ x_{t−d}).
 * @throws TorchError unless 2^h divides d
 */
export function temporalXor(options: XorOptions): Task {
  const { delay, level, scoring } = checkOptions("temporalXor", xorRules, options);
  const count = 2 ** level;
  const unit = delay / count;
  if (!Number.isInteger(unit)) {
    throw new TorchError(
      "torch/argument",
      `temporalXor: the delay must be a multiple of ${count} steps for an XOR of ${count} bits; got ${delay}`,
    );
  }
  return stream({
    ...{ delay, scoring, channels: 1, kind: "binary" },
    title: `delayed temporal XOR of ${count} bits, d = ${delay}`,
    draw: bits,
    unit,
    answer(inputs, steps) {
      let parity = back(inputs, steps, unit);
      for (let i = 2; i <= count; i++) parity = parity.sub(back(inputs, steps, i * unit)).abs();
      return parity;
    },
  });
}

/** y_t = x¹_{t−d} ⊕ x²_{t−d} ⊕ x³_{t−d} on three channels of bits (paper, delayed spatial XOR task). */
export function spatialXor(options: DelayOptions): Task {
  const { delay, scoring } = checkOptions("spatialXor", rules, options);
  return stream({
    ...{ delay, scoring, channels: 3, kind: "binary" },
    title: `delayed spatial XOR, d = ${delay}`,
    draw: bits,
    unit: delay,
    answer: (inputs, steps) => back(inputs, steps, delay).sum({ dim: -1, keepdim: true }).remainder(2),
  });
}

/** The last `steps` steps of what was seen `delay` before them. */
function back(inputs: Tensor, steps: number, delay: number): Tensor {
  return inputs.narrow(0, inputs.size(0) - steps - delay, steps);
}

/** Differences between the tasks. */
interface Description {
  readonly title: string;
  readonly delay: number;
  readonly scoring: Scoring;
  readonly channels: number;
  readonly kind: "binary" | "regression";
  readonly draw: (length: number, batch: number, channels: number, options: SampleOptions) => Tensor;
  /** Lag of the latest needed input: the released code hides so many inputs before the window. */
  readonly unit: number;
  /** Answers [steps, batch, 1] to the last `steps` steps. */
  readonly answer: (inputs: Tensor, steps: number) => Tensor;
}

function stream(description: Description): Task {
  const { title, delay, scoring, channels, kind, draw, unit, answer } = description;
  const isReleased = scoring === "released";
  // Counted from 0, step `delay` is the first whose earliest needed input is visible.
  const firstScored = isReleased ? delay - 1 : delay;
  const hidden = isReleased ? unit : 0;
  return {
    ...{ title, inputSize: channels, outputSize: 1, kind, firstScored, leastLength: firstScored + 1 },
    chance: kind === "binary" ? 0.5 : 1 / 12,
    ceiling(length) {
      if (kind === "regression") return 0;
      return isReleased ? 1 - 0.5 / (length - firstScored) : 1;
    },
    inputs(length, batch, options) {
      checkSample(title, length, batch, options);
      return draw(length, batch, channels, options);
    },
    sample(length, batch, options): TaskBatch {
      checkSample(title, length, batch, options);
      if (length <= firstScored) {
        throw new TorchError(
          "torch/argument",
          `${title}: a sequence must have ${firstScored + 1} steps or more, got ${length}`,
        );
      }
      return scope(() => {
        const all = draw(length + hidden, batch, channels, options);
        const targets = answer(all, length - firstScored).squeeze(-1);
        return { inputs: all.narrow(0, hidden, length).contiguous(), targets: targets.contiguous() };
      });
    },
  };
}
