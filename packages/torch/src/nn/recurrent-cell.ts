// Recurrent computations with any kind of state.
import { show } from "../checks/show.js";
import { stack, where } from "../joining.js";
import { scope } from "../memory.js";
import { Tensor } from "../tensor/index.js";
import { refuse } from "./options.js";

/**
 * Recurrent computation: a recurrent net's cell, an agent's memory, the activations that a Transformer-XL keeps. Its
 * output is a function of its state, so that a sequence can be continued from the state alone.
 * @typeParam State a tensor, or tensors in lists and objects; in each, the batch is the first dimension
 */
export interface RecurrentCell<State = Tensor> {
  /** Features of an input. */
  readonly inputSize: number;
  /** The state before the first step, of `batch` sequences. */
  start(batch: number): State;
  /** The next state from an input [batch, inputSize] and a state. Rows must not influence each other. */
  step(input: Tensor, state: State): State;
  /** Output of a state, [batch, …]; also of many states at once, [time, batch, …], if there is a `scan`. */
  output(state: State): Tensor;
  /** The states after each step, [time, batch, …], for inputs [time, batch, inputSize]: optional, where there is a faster way than `step`. */
  scan?(inputs: Tensor, state: State): State;
}

/** Options of `scan`. */
export interface ScanOptions {
  /** Bools [time, batch]: rows that are reset to `start` before that step, as an agent's are when an episode has ended. */
  readonly resets?: Tensor;
}

/** Result of `scan`. */
export interface Scanned<State> {
  /** Outputs of the states after each step: [time, batch, …]. */
  readonly outputs: Tensor;
  /** State after the last step, from which a sequence can continue. */
  readonly state: State;
}

/**
 * Runs a cell over time, step by step, or by its own `scan` if it has one and no row is reset.
 * @param inputs [time, batch, …], of one step or more
 * @param state before the first step. Default: `cell.start(batch)`. Detach it to truncate backpropagation there.
 * @throws TorchError `torch/argument` for inputs or resets of other shapes, or a state that is not made of tensors
 */
export function scan<State = Tensor>(
  cell: RecurrentCell<State>,
  inputs: Tensor,
  state?: State,
  options: ScanOptions = {},
): Scanned<State> {
  const { resets } = options;
  checkSizes(inputs, resets);
  return scope(() => {
    const start = cell.start(inputs.size(1));
    const first = state ?? start;
    if (resets === undefined && cell.scan !== undefined) {
      const states = cell.scan(inputs, first);
      return { outputs: cell.output(states), state: mapState((leaf) => leaf.select(0, -1), states) };
    }
    let now = first;
    const outputs: Tensor[] = [];
    for (let time = 0; time < inputs.size(0); time++) {
      const next = scope(() => {
        const from = resets === undefined ? now : restarted(resets.select(0, time), start, now);
        const after = cell.step(inputs.select(0, time), from);
        return { after, output: cell.output(after) };
      });
      now = next.after;
      outputs.push(next.output);
    }
    return { outputs: stack(outputs), state: now };
  });
}

/** `start` in the rows that are true in `which` [batch], else `state`. */
function restarted<State>(which: Tensor, start: State, state: State): State {
  return mapState(
    (fresh, old) => where(which.reshape([-1, ...Array<number>(fresh.ndim - 1).fill(1)]), fresh, old!),
    start,
    state,
  );
}

/** A state with `map` of each of its tensors, and of those in the same places of `others`. */
function mapState<State>(map: (...leaves: Tensor[]) => Tensor, state: State, ...others: State[]): State {
  const visit = (node: unknown, rest: unknown[]): unknown => {
    if (node instanceof Tensor && rest.every((other) => other instanceof Tensor)) {
      return map(node, ...(rest as Tensor[]));
    }
    if (typeof node !== "object" || node === null || node instanceof Tensor) throw notAState(node, rest);
    const inside = (key: string): unknown[] =>
      rest.map((other) => (other as Record<string, unknown> | undefined)?.[key]);
    const entries = Object.entries(node).map(([key, value]) => [key, visit(value, inside(key))] as const);
    return Array.isArray(node) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
  };
  return visit(state, others) as State;
}

function notAState(node: unknown, rest: readonly unknown[]): Error {
  const seen = [node, ...rest].map(show).join(" and ");
  return refuse(
    "scan",
    `a state holds ${seen}, accepted: tensors, in lists and objects of the same form as the start`,
  );
}

function checkSizes(inputs: Tensor, resets: Tensor | undefined): void {
  if (!(inputs instanceof Tensor) || inputs.ndim < 2 || inputs.size(0) === 0) {
    throw refuse(
      "scan",
      `inputs is ${show(inputs)}, accepted: a tensor [time, batch, …] of one step or more`,
    );
  }
  const wanted = inputs.shape.slice(0, 2);
  if (resets === undefined) return;
  if (resets instanceof Tensor && resets.dtype === "bool" && String(resets.shape) === String(wanted)) return;
  throw refuse("scan", `resets is ${show(resets)}, accepted: bools [${wanted}], [time, batch]`);
}
