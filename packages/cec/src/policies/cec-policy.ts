// The policy of Cross-Episodic Curriculum: observations to tokens, one for each step, a transformer over them, and a head.
import { cat, type Generator, nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { CecError } from "../errors.js";
import { attentionEntropy } from "../nn/banded-attention.js";
import { type AttentionWatch, BandedTransformer } from "../nn/banded-transformer.js";
import { linear } from "../nn/linear.js";
import { PreviousAction } from "../nn/previous-action.js";
import { orthogonalLinear } from "../nn/weights.js";
import type { CecPolicyOptions } from "./cec-options.js";
import { ContinuousHead } from "./continuous-actions.js";
import { encodersOf, missingObservation, type ObservationEncoder } from "./encoders.js";
import { NumberedHead } from "./numbered-actions.js";
import { policyStep } from "./policy-step.js";
import type { ActionDistribution, Decision, Memory, SequencePolicy, Steps } from "./sequence-policy.js";

/** A head: [B, T, E] to distributions of actions. */
type Head = nn.Module<[x: Tensor], ActionDistribution>;

/** Key of the action before among the features. */
const ACTION = "action";

/**
 * A policy of whole sequences of episodes, which attends across their borders. Features of observations, and of the action before if it is
 * seen, lie beside each other in the order of their keys, then become a token of the step; tokens pass through a transformer with a
 * window of the most recent steps. No reward, return or end of an episode is seen. Its state dict has the authors' keys. Shi et al. 2023.
 */
export class CecPolicy extends nn.Module<[steps: Steps, memory: Memory], Decision> implements SequencePolicy {
  readonly options: CecPolicyOptions;
  readonly isConditioned = false;
  readonly feature_encoders: nn.ModuleDict<Record<string, ObservationEncoder>>;
  readonly feature_linear: nn.Sequential<readonly [nn.Linear]>;
  readonly transformer: BandedTransformer;
  readonly post_transformer_layer: nn.Sequential<readonly [nn.LayerNorm, nn.Linear]>;
  readonly final_ln: nn.LayerNorm;
  readonly pi_head: Head;

  /**
   * @param generator of the weights. Default: the default generator
   * @param encoders of observations that `options.inputs` does not have, by key
   * @throws CecError `cec/policy` for sizes that do not belong together
   */
  constructor(
    options: CecPolicyOptions,
    generator?: Generator,
    encoders: Readonly<Record<string, ObservationEncoder>> = {},
  ) {
    super();
    checkOptions(options, encoders);
    this.options = options;
    const { inputs, actions, width } = options;
    const made = [...encodersOf(inputs, generator), ...Object.entries(encoders)];
    const isNumbered = "count" in actions;
    const { previousAction = isNumbered ? 32 : 0 } = options;
    if (isNumbered && previousAction > 0)
      made.push([ACTION, new PreviousAction(actions.count, previousAction, generator)]);
    made.sort(([one], [other]) => (one < other ? -1 : 1));
    this.feature_encoders = new nn.ModuleDict(Object.fromEntries(made));
    const features = made.reduce((sum, [, encoder]) => sum + encoder.features, 0);
    this.feature_linear = new nn.Sequential(orthogonalLinear(features, width, { generator }));
    this.transformer = new BandedTransformer(options, generator);
    this.post_transformer_layer = new nn.Sequential(
      new nn.LayerNorm(width),
      orthogonalLinear(width, width, { generator }),
    );
    this.final_ln = new nn.LayerNorm(width);
    this.pi_head = headOf(options, generator);
  }

  /** Steps that a decision sees through one layer, itself included; through several layers up to as many times more. */
  get window(): number {
    return this.options.window;
  }

  start(count: number): Memory {
    return this.transformer.start(count);
  }

  /** @throws CecError `cec/policy` if an observation is missing */
  override forward(steps: Steps, memory: Memory): Decision {
    return scope(() => policyStep(this, steps, memory) ?? this.watched(steps, memory));
  }

  /** The same, while `watch` hears what the attention of each layer is computed from. */
  watched(steps: Steps, memory: Memory, watch?: AttentionWatch): Decision {
    return scope(() => {
      const { x, memory: after } = this.transformer.forward(this.tokens(steps), memory, watch);
      return { actions: this.actionsAfter(x), memory: after };
    });
  }

  /** Distributions of actions from what the transformer gives. @param x [B, T, width] */
  actionsAfter(x: Tensor): ActionDistribution {
    return scope(() => this.pi_head.forward(this.final(x)));
  }

  /** ReLU, layer norm, linear, ReLU, layer norm: what the head sees. @param x [B, T, width] */
  final(x: Tensor): Tensor {
    return scope(() => {
      const [norm, layer] = this.post_transformer_layer.layers;
      return this.final_ln.forward(linear(layer, norm.forward(x.relu()), { relu: true }));
    });
  }

  /** Features of the steps, in the order of their keys. @returns [B, T, sum of all features] */
  features(steps: Steps): Tensor {
    return scope(() => {
      const { actions } = steps.previous;
      const size = actions.shape.slice(0, 2);
      const parts = Object.entries(this.feature_encoders.items).map(([key, encoder]) => {
        const given = key === ACTION ? actions : steps.observations[key];
        if (given === undefined) throw missingObservation(key, steps);
        return encoder.forward(given.flatten(0, 1)).unflatten(0, size);
      });
      return cat(parts, -1);
    });
  }

  /** A token for each step. @returns [B, T, width] */
  tokens(steps: Steps): Tensor {
    return scope(() => {
      const relu = "count" in this.options.actions;
      return linear(this.feature_linear.layers[0], this.features(steps), { relu });
    });
  }

  /** Breadth of each head's attention in each layer, over steps after a memory, in nats: see `attentionEntropy`. @returns [layers][heads] */
  attentionEntropies(steps: Steps, memory: Memory): number[][] {
    const found: number[][] = [];
    noGrad(() =>
      scope(() => {
        this.watched(steps, memory, (_, band) => {
          found.push(Array.from(attentionEntropy(band, this.options.heads).toTypedArray() as Float32Array));
        });
      }),
    );
    return found;
  }
}

function headOf(options: CecPolicyOptions, generator?: Generator): Head {
  const { width, actions, hidden, modes = 5 } = options;
  return "count" in actions
    ? new NumberedHead(width, hidden ?? 128, actions.count, generator)
    : new ContinuousHead(width, hidden ?? width, modes, actions.dimensions, generator);
}

/** @throws CecError `cec/policy` */
function checkOptions(
  options: CecPolicyOptions,
  encoders: Readonly<Record<string, ObservationEncoder>>,
): void {
  const { inputs, actions, width, layers, heads, window } = options;
  const sizes = "count" in actions ? { actions: actions.count } : { dimensions: actions.dimensions };
  for (const [name, size] of Object.entries({ width, layers, heads, window, ...sizes })) {
    if (!Number.isInteger(size) || size < 1)
      throw new CecError("policy", `a policy's ${name} is ${size}; accepted: whole numbers from 1`);
  }
  if (width % heads !== 0)
    throw new CecError("policy", `a policy's heads are ${heads}; accepted: divisors of its width, ${width}`);
  if ("dimensions" in actions && (options.previousAction ?? 0) > 0)
    throw new CecError(
      "policy",
      "a policy sees the action before only if actions are numbered; accepted: previousAction 0",
    );
  const keys = [...Object.keys(inputs), ...Object.keys(encoders)];
  if (keys.length === 0)
    throw new CecError("policy", "a policy has no inputs; give it one observation at least");
  if (keys.includes(ACTION))
    throw new CecError(
      "policy",
      `a policy's observation is called ${ACTION}, as the action before is; rename it`,
    );
}
