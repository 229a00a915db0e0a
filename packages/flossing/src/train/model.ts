// A recurrent net that answers at every step: a cell, a readout, and where states start.
import { type Generator, nn, noGrad, randn, scope, stack, type Tensor, zeros } from "@throughline/torch";
import {
  checkOptions,
  oneOf,
  optional,
  type Rules,
  required,
  whole,
  wholeNumber,
} from "@throughline/torch/checks";
import { aGenerator, checkCell } from "../arguments.js";
import type { RecurrentCell } from "../cells/cell.js";
import { isFused } from "../cells/fused.js";
import { readOut } from "../kernels/read-out.js";

/** A cell that a model can hold: a module with a step. */
export type ModelCell = RecurrentCell & nn.AnyModule;

/** Options of `SequenceModel`. */
export interface ModelOptions {
  /** Numbers that the readout gives at each step. */
  readonly outputSize: number;
  /** Leading numbers of a state that are read: an LSTM's h, not its c. Default: all. */
  readonly readSize?: number;
  /** Sequences in a batch; each has a start of its own, as in the released code. 1: any number of sequences share one. */
  readonly batch: number;
  /**
   * Initialisation of the readout: `released`, weights N(0, 1) and an offset of 0.001, as in the paper's code; `scaled`,
   * uniform on ±1/√N, as in PyTorch. Default `released`.
   */
  readonly readout?: "released" | "scaled";
  readonly generator?: Generator;
}

const rules: Rules<ModelOptions> = {
  outputSize: required(whole(1, 1)),
  readSize: optional(whole(1, 1)),
  batch: required(whole(1, 1)),
  readout: optional(oneOf(["released", "scaled"], "released")),
  generator: aGenerator,
};

/**
 * States from a cell, y = W_r x + offset at every step. `start` [batch or 1, stateSize], the states before the first step,
 * are learned too, as in the released code.
 */
export class SequenceModel<Cell extends ModelCell = ModelCell> extends nn.Module<[inputs: Tensor], Tensor> {
  readonly cell: Cell;
  readonly readout: nn.Parameter;
  readonly offset: nn.Parameter;
  readonly start: nn.Parameter;

  constructor(cell: Cell, options: ModelOptions) {
    super();
    checkCell("SequenceModel", cell as RecurrentCell);
    const given = checkOptions("SequenceModel", rules, options);
    const { outputSize, readSize = cell.stateSize, batch, readout = "released", generator } = given;
    wholeNumber("SequenceModel: readSize", readSize, 1, cell.stateSize);
    this.cell = cell;
    const isReleased = readout === "released";
    this.readout = scope(() => new nn.Parameter(zeros([outputSize, readSize])));
    this.offset = scope(() => new nn.Parameter(zeros([outputSize])));
    if (isReleased) {
      nn.init.normal_(this.readout, { generator });
      nn.init.constant_(this.offset, 0.001);
    } else {
      const bound = 1 / Math.sqrt(readSize);
      nn.init.uniform_(this.readout, { a: -bound, b: bound, generator });
      nn.init.uniform_(this.offset, { a: -bound, b: bound, generator });
    }
    this.start = scope(() => new nn.Parameter(randn([batch, cell.stateSize], { generator })));
  }

  /** The states after each step: [T, B, N]. `drive` is for fused cells; see `recurrentScan`. */
  states(inputs: Tensor, options: { readonly drive?: Tensor; readonly start?: Tensor } = {}): Tensor {
    const { cell } = this;
    const { start = this.starts(inputs.size(1)), drive } = options;
    return isFused(cell) ? cell.scan(inputs, start, { drive }) : unrolled(cell, inputs, start);
  }

  /** Starts of `count` sequences: the first ones, or the one that they share. */
  starts(count: number): Tensor {
    const [own = 0, size = 0] = this.start.shape;
    if (own === count) return this.start;
    return own === 1 ? this.start.expand([count, size]) : this.start.narrow(0, 0, count);
  }

  /**
   * Lets the starts run for `steps` steps without inputs, with the weights as they are (released code: 100 steps before
   * anything else).
   */
  relax(steps: number): void {
    if (wholeNumber("SequenceModel.relax: steps", steps) === 0) return;
    scope(() =>
      noGrad(() => {
        const { dtype, device } = this.start;
        const silence = zeros([steps, this.start.size(0), this.cell.inputSize], { dtype, device });
        this.start.copy_(this.states(silence).select(0, steps - 1));
      }),
    );
  }

  /** Outputs of the states [time, batch, size] from step `start` on: [time − start, batch, outputSize]. */
  read(states: Tensor, start = 0): Tensor {
    return readOut(states, this.readout, this.offset, start);
  }

  override forward(inputs: Tensor): Tensor {
    return scope(() => this.read(this.states(inputs)));
  }
}

/** States by one `step` after another. */
function unrolled(cell: RecurrentCell, inputs: Tensor, start: Tensor): Tensor {
  return scope(() => {
    const states: Tensor[] = [];
    let state = start;
    for (const input of inputs.unbind(0)) {
      state = cell.step(input, state);
      states.push(state);
    }
    return stack(states, 0);
  });
}
