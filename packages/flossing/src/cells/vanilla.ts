// The recurrent nets of the paper: one weight matrix, one activation, with or without a leak.
import { fullLike, nn, scope, type Tensor, TorchError, zeros } from "@throughline/torch";
import { between, checkOptions, oneOf, type Rules, wholeNumber } from "@throughline/torch/checks";
import { aText } from "../arguments.js";
import { recurrentScan } from "../kernels/recurrent-scan.js";
import type { JacobianFactors } from "../kernels/tangent-scan.js";
import { checkSequence } from "./check.js";
import type { Coordinates, FusedCell } from "./fused.js";
import { type Initialisation, initialisationRules, initialise } from "./initialise.js";
import { previousStates } from "./previous.js";

/** Activation of a unit. */
export type Activation = "tanh" | "relu" | "identity";

/** Options of `VanillaCell`. */
export interface VanillaOptions extends Initialisation {
  /**
   * Place of the activation: `pre` (default, the released code's): the state is what enters it, x_t = W_hh φ(x_{t−1}) +
   * W_ih s_t + b; `post` (PyTorch's RNN): the state is what leaves it, h_t = φ(W_hh h_{t−1} + W_ih s_t + b).
   */
  readonly form?: "pre" | "post";
  /** δ in (0, 1]: the state keeps 1 − δ of itself at each step, and δ of the update is added. Default 1. */
  readonly leak?: number;
  /** φ. Default `tanh`. */
  readonly activation?: Activation;
  /** Default float32. */
  readonly dtype?: "float32" | "float64";
  readonly device?: string;
}

type Rest = "form" | "leak" | "activation" | "dtype";

const rules: Rules<Required<Pick<VanillaOptions, Rest>> & Omit<VanillaOptions, Rest>> = {
  ...initialisationRules,
  form: oneOf(["pre", "post"], "pre"),
  leak: between(0, 1, 1, true),
  activation: oneOf(["tanh", "relu", "identity"], "tanh"),
  dtype: oneOf(["float32", "float64"], "float32"),
  device: aText,
};

/**
 * A vanilla recurrent net, `form` `pre` or `post`, leaky if `leak` is below 1. Parameters under PyTorch's names:
 * `weight_ih` [units, inputSize], `weight_hh` [units, units], `bias_ih` [units], drawn as in the released code unless told
 * otherwise (see `Initialisation`).
 */
export class VanillaCell extends nn.Module<[input: Tensor, state: Tensor], Tensor> implements FusedCell {
  readonly inputSize: number;
  readonly stateSize: number;
  readonly form: "pre" | "post";
  readonly leak: number;
  readonly activation: Activation;
  readonly weight_ih: nn.Parameter;
  readonly weight_hh: nn.Parameter;
  readonly bias_ih: nn.Parameter;

  /** @throws TorchError for sizes that are no counts, or a leak outside (0, 1]. */
  constructor(inputSize: number, units: number, options: VanillaOptions = {}) {
    super();
    const { form, leak, activation, dtype, device, ...drawn } = checkOptions("VanillaCell", rules, options);
    wholeNumber("VanillaCell: inputSize", inputSize, 1);
    wholeNumber("VanillaCell: units", units, 1);
    this.inputSize = inputSize;
    this.stateSize = units;
    this.form = form;
    this.leak = leak;
    this.activation = activation;
    const empty = (...shape: number[]): nn.Parameter =>
      scope(() => new nn.Parameter(zeros(shape, { dtype, device })));
    this.weight_ih = empty(units, inputSize);
    this.weight_hh = empty(units, units);
    this.bias_ih = empty(units);
    initialise(this, drawn);
  }

  start(batch: number): Tensor {
    return zeros([batch, this.stateSize], { dtype: this.weight_hh.dtype, device: this.weight_hh.device });
  }

  /** The state itself. */
  output(state: Tensor): Tensor {
    return state;
  }

  override forward(input: Tensor, state: Tensor): Tensor {
    return this.step(input, state);
  }

  step(input: Tensor, state: Tensor): Tensor {
    return scope(() => {
      const { functional } = nn;
      const drive = functional.linear(input, this.weight_ih, this.bias_ih);
      const next =
        this.form === "pre"
          ? functional.linear(this.act(state), this.weight_hh).add(drive)
          : this.act(functional.linear(state, this.weight_hh).add(drive));
      return this.leak === 1 ? next : state.mul(1 - this.leak).add(next.mul(this.leak));
    });
  }

  scan(inputs: Tensor, state: Tensor, options: { readonly drive?: Tensor } = {}): Tensor {
    checkSequence("VanillaCell", this, inputs, state);
    const { form, leak, activation } = this;
    return scope(() => {
      const drive = options.drive?.unsqueeze(1);
      const weights = {
        weightIh: this.weight_ih.unsqueeze(0),
        weightHh: this.weight_hh.unsqueeze(0),
        biasIh: this.bias_ih.unsqueeze(0),
      };
      const states = recurrentScan(form, inputs.unsqueeze(1), weights, state.unsqueeze(0), {
        leak,
        activation,
        drive,
      });
      return states.squeeze(1);
    });
  }

  /**
   * With φ′ at the state before (x) or after (x⁺, h⁺): `pre` in its own coordinates D = (1 − δ) I + δ W diag(φ′(x)); `pre` in
   * those of the rate, without a leak, D = diag(φ′(x⁺)) W; `post` D = (1 − δ) I + δ diag(φ′) W.
   * @throws TorchError if rates are asked for of a net that has no such coordinates
   */
  jacobians(
    inputs: Tensor,
    state: Tensor,
    states: Tensor,
    coordinates: Coordinates = "state",
  ): JacobianFactors {
    checkSequence("VanillaCell", this, inputs, state);
    if (coordinates === "rate" && (this.form !== "pre" || this.leak !== 1)) {
      throw new TorchError(
        "torch/argument",
        'VanillaCell: only a net of form "pre" without a leak has Jacobians in the coordinates of its rates; use "state"',
      );
    }
    return scope(() => {
      const { leak, form } = this;
      const weight = this.weight_hh.unsqueeze(0);
      const direct = leak === 1 ? undefined : fullLike(states, 1 - leak).unsqueeze(1);
      if (coordinates === "rate") {
        return { kind: "gated", weight, left: this.slope(this.act(states)).unsqueeze(1) };
      }
      const previous = previousStates(state, states);
      if (form === "pre") {
        const left = fullLike(states, leak).unsqueeze(1);
        return { kind: "gated", weight, left, direct, extra: this.slope(this.act(previous)).unsqueeze(1) };
      }
      const active = leak === 1 ? states : states.sub(previous.mul(1 - leak)).div(leak);
      return { kind: "gated", weight, left: this.slope(active).mul(leak).unsqueeze(1), direct };
    });
  }

  private act(x: Tensor): Tensor {
    return this.activation === "tanh" ? x.tanh() : this.activation === "relu" ? x.relu() : x;
  }

  /** φ′, given φ. */
  private slope(y: Tensor): Tensor {
    if (this.activation === "tanh") return y.square().rsub(1);
    return this.activation === "relu" ? y.gt(0).to(y.dtype) : fullLike(y, 1);
  }

  override extraRepr(): string {
    const leak = this.leak === 1 ? "" : `, leak=${this.leak}`;
    return `${this.inputSize}, ${this.stateSize}, form=${this.form}, activation=${this.activation}${leak}`;
  }
}
