// Looks at a training net's dynamics, on the same inputs each time; part of checkpoints.
import type { RunContext } from "@throughline/lab";
import { isDue } from "@throughline/lab/training";
import { scope, type Tensor } from "@throughline/torch";
import { looksArtifact } from "../dynamics/artifact.js";
import type { Look } from "../dynamics/figures.js";
import { observeDynamics } from "../dynamics/observe.js";

import type { Task } from "../tasks/task.js";
import type { TrainableCell } from "./build.js";
import type { SequenceModel } from "./model.js";
import type { TrainConfig } from "./options.js";

/** Steps that are looked at, where the task allows as many. */
const STEPS = 300;
/** Longest lag and horizon. */
const HORIZON = 200;
/** Sequences that are looked at. */
const SEQUENCES = 2;

/** Observes a model now and then. Looks are taken in float64, whatever the model computes in. */
export class Observer {
  readonly #context: RunContext<TrainConfig>;
  readonly #model: SequenceModel<TrainableCell>;
  readonly #probe: Tensor;
  #looks: Look[] = [];

  constructor(context: RunContext<TrainConfig>, model: SequenceModel<TrainableCell>, task: Task) {
    this.#context = context;
    this.#model = model;
    const steps = Math.min(STEPS, task.longestInputs ?? STEPS);
    const generator = context.generator("probe");
    this.#probe = task.inputs(steps, SEQUENCES, { generator, dtype: "float64" });
    context.track("observer", this);
  }

  /** Takes a look before training epoch `epoch`, if one is due. */
  maybe(epoch: number): void {
    const { dynamicsEvery, epochs } = this.#context.config;
    if (isDue(dynamicsEvery, epoch, epochs)) this.look(epoch);
  }

  /** Takes a look. */
  look(epoch: number, label?: string): void {
    const { k } = this.#context.config;
    const dynamics = scope(() => {
      const cell = this.#model.cell.clone().to({ dtype: "float64", device: "cpu" });
      const readout = this.#model.readout.detach().to({ dtype: "float64", device: "cpu" });
      const steps = this.#probe.size(0);
      const size = cell.stateSize;
      const seen = observeDynamics(cell, this.#probe, {
        state: this.#model.starts(SEQUENCES).detach().to({ dtype: "float64", device: "cpu" }),
        horizon: Math.min(HORIZON, Math.floor(steps / 2)),
        directions: [...new Set([Math.min(k, size), Math.ceil(size / 2), size])],
        // The gradient of a loss at the last step points where the readout does.
        loss: (last) => last.narrow(1, 0, readout.size(1)).matmul(readout.t()).sum(),
      });
      cell.dispose();
      return seen;
    });
    this.#looks.push({ epoch, ...(label !== undefined && { label }), ...dynamics });
    this.#context.keep(looksArtifact, this.#looks);
  }

  stateDict(): unknown {
    return { looks: this.#looks };
  }

  loadStateDict(state: { readonly looks: readonly Look[] }): void {
    this.#looks = [...state.looks];
  }
}
