// A causal transformer over several tokens per step: the common part of Decision Transformer and Agentic Transformer.
import { cat, type Generator, nn, scope, stack, type Tensor, zeros } from "@throughline/torch";
import { notAccepted, numberBetween, wholeNumber } from "@throughline/torch/checks";
import { ImpalaConvNet } from "../nn/impala.js";
import { NumberedActions } from "../policies/numbered-actions.js";
import type { Decision, Memory, SequencePolicy, Steps } from "../policies/sequence-policy.js";
import { GptBlock, initialiseAsGpt } from "./gpt-block.js";
import { type PictureSizes, pictureFeatures } from "./pictures.js";
import { visibleColumns } from "./visible.js";

/** Sizes of a transformer over tokens. */
export interface TokenPolicyOptions {
  /** Pictures, and channels of the ConvNet's stacks, whose features are as wide as a token. */
  readonly pictures: PictureSizes;
  /** Number of actions. */
  readonly actions: number;
  /** Width of a token. Paper: 256. */
  readonly width: number;
  /** Paper: 4. */
  readonly layers: number;
  /** Heads of attention; divides `width`. Paper: 8. */
  readonly heads: number;
  /** Steps that a token looks back, its own counted, and so the steps whose keys and values are kept. */
  readonly window: number;
  /** Most steps of an episode: rows of the table of time embeddings. */
  readonly horizon: number;
  /** Probability of dropout in training. Default 0.1, that of GPT-2. */
  readonly dropout?: number;
}

/**
 * The tokens of step t are first what came before it (the action, and what a policy has besides), then the return that is still to come,
 * and last the observation, from which the action is told. So a token sees exactly what it would in the order (return, observation,
 * action), and a step can be decided before its action is known. What came before belongs to the episode of the step before, and before a
 * first step there is nothing: such tokens are not seen.
 *
 * Memory: int64 [B, columns], the episode of each kept column (0: none); [B, 2], the last step's time and return to go; then keys and
 * values of each layer, [B, columns, width]. Columns are those of `window` steps, the latest last. Leading ones that no row looks at cost
 * no arithmetic.
 */
export abstract class TokenPolicy
  extends nn.Module<[steps: Steps, memory: Memory], Decision>
  implements SequencePolicy
{
  readonly isConditioned = true;
  /** Episodes before its own that a token looks at. */
  readonly keepsEpisodes: number;
  readonly window: number;
  readonly encoder: ImpalaConvNet;
  readonly embed_action: nn.Embedding;
  readonly embed_return: nn.Linear;
  readonly embed_time: nn.Embedding;
  readonly embed_ln: nn.LayerNorm;
  readonly dropout: nn.Dropout;
  readonly blocks: nn.ModuleList<GptBlock>;
  readonly ln_f: nn.LayerNorm;
  readonly policy: nn.Linear;

  /** @throws TorchError `torch/argument` for sizes that are not whole, and heads that do not divide the width */
  constructor(options: TokenPolicyOptions, keepsEpisodes: number) {
    super();
    const who = new.target.name;
    const { pictures, actions, width, layers, heads, window, horizon, dropout = 0.1 } = options;
    for (const [what, size] of Object.entries({ actions, width, layers, heads, window, horizon }))
      wholeNumber(`${who}: ${what}`, size, 1);
    if (width % heads !== 0) throw notAccepted(`${who}: heads`, heads, `a divisor of the width ${width}`);
    numberBetween(`${who}: dropout`, dropout, 0, 1);
    this.keepsEpisodes = wholeNumber(`${who}: keepsEpisodes`, keepsEpisodes, 0);
    this.window = window;
    this.encoder = new ImpalaConvNet({ ...pictures, features: width });
    this.embed_action = new nn.Embedding(actions, width);
    this.embed_return = new nn.Linear(1, width);
    this.embed_time = new nn.Embedding(horizon, width);
    this.embed_ln = new nn.LayerNorm(width);
    this.dropout = new nn.Dropout(dropout);
    this.blocks = new nn.ModuleList(
      Array.from({ length: layers }, () => new GptBlock({ width, heads, dropout })),
    );
    this.ln_f = new nn.LayerNorm(width);
    this.policy = new nn.Linear(width, actions);
  }

  /** Tokens of a step. */
  abstract readonly tokens: number;

  /**
   * The tokens of what came before each step, each [B, T, width], without their times.
   * @param returnsBefore [B, T]: return to go of the step before
   */
  protected abstract before(steps: Steps, returnsBefore: Tensor): Tensor[];

  /** Random weights: the ConvNet's as CEC's, the rest as GPT-2's. */
  protected begin(generator: Generator): void {
    initialiseAsGpt(this, this.blocks.length, generator);
    this.encoder.beginAsCec(generator);
  }

  start(count: number): Memory {
    const { device } = this.ln_f.weight!;
    const width = this.ln_f.normalizedShape[0]!;
    const columns = this.window * this.tokens;
    return [
      zeros([count, columns], { dtype: "int64", device }),
      zeros([count, 2], { device }),
      ...Array.from({ length: 2 * this.blocks.length }, () => zeros([count, columns, width], { device })),
    ];
  }

  override forward(steps: Steps, memory: Memory): Decision {
    return scope(() => {
      const returnsToGo = this.#returns(steps);
      const last = memory[1]!;
      const [columns, ...caches] = this.#inSight(memory) as [Tensor, ...Tensor[]];
      const episodes = this.#episodes(steps, memory[0]!.narrow(1, -1, 1));
      const visible = visibleColumns(columns, episodes, this);
      const [lastTime, lastReturn] = last.split(1, 1) as [Tensor, Tensor];
      const embedded = this.#embed(steps, returnsToGo, {
        times: shifted(steps.times, lastTime.long()),
        returns: shifted(returnsToGo, lastReturn),
      });
      let x = this.dropout.forward(this.embed_ln.forward(embedded));
      const kept: Tensor[] = [];
      for (const [layer, block] of [...this.blocks].entries()) {
        const result = block.forward(
          x,
          { keys: caches[2 * layer]!, values: caches[2 * layer + 1]! },
          visible,
        );
        x = result.x;
        kept.push(this.#latest(result.keys), this.#latest(result.values));
      }
      const seen = x.unflatten(1, [-1, this.tokens]).select(2, -1);
      return {
        actions: new NumberedActions(this.policy.forward(this.ln_f.forward(seen))),
        memory: [
          this.#latest(cat([columns, episodes], 1)),
          stack([steps.times.select(1, -1).float(), returnsToGo.select(1, -1)], 1),
          ...kept,
        ],
      };
    });
  }

  #returns({ returnsToGo, times }: Steps): Tensor {
    const who = this.constructor.name;
    if (returnsToGo === undefined) throw notAccepted(`${who}: returnsToGo`, returnsToGo, "a tensor [B, T]");
    const longest = times.max().item() + 1;
    if (longest > this.embed_time.numEmbeddings)
      throw notAccepted(`${who}: steps of an episode`, longest, `up to ${this.embed_time.numEmbeddings}`);
    return returnsToGo;
  }

  /** Episodes, keys and values of the columns from the first that any row looks at. */
  #inSight([columns, , ...caches]: Memory): Tensor[] {
    const total = columns!.size(1);
    const oldest = columns!.narrow(1, -1, 1).sub(this.keepsEpisodes).clamp({ min: 1 });
    const seen = columns!.ge(oldest).any({ dim: 0 }).toTypedArray() as Uint8Array;
    const first = seen.indexOf(1);
    const from = first < 0 ? total : first - (first % this.tokens);
    return [columns!, ...caches].map((tensor) => tensor.narrow(1, from, total - from));
  }

  /** The episode of each token, [B, T · tokens], from 1; 0 for what came before a first step. @param last that of the last column, [B, 1] */
  #episodes({ previous }: Steps, last: Tensor): Tensor {
    const own = previous.ends
      .long()
      .cumsum(1)
      .add(last.clamp({ min: 1 }));
    const before = shifted(own, last);
    const all = Array.from({ length: this.tokens }, (_, token) => (token < this.tokens - 2 ? before : own));
    return stack(all, 2).flatten(1);
  }

  #embed(
    steps: Steps,
    returnsToGo: Tensor,
    before: { readonly times: Tensor; readonly returns: Tensor },
  ): Tensor {
    const seen = pictureFeatures(this.encoder, steps.observations);
    const [timeBefore, time] = [before.times, steps.times].map((times) => this.embed_time.forward(times));
    const wanted = this.embed_return.forward(returnsToGo.unsqueeze(-1));
    const past = this.before(steps, before.returns).map((token) => token.add(timeBefore!));
    return stack([...past, wanted.add(time!), seen.add(time!)], 2).flatten(1, 2);
  }

  /** The last `window` steps of columns [B, columns, …], with empty ones in front if there are fewer. */
  #latest(columns: Tensor): Tensor {
    const missing = this.window * this.tokens - columns.size(1);
    if (missing <= 0) return columns.narrow(1, -missing, this.window * this.tokens);
    const [count, , ...rest] = columns.shape as [number, number, ...number[]];
    return cat([columns.newZeros([count, missing, ...rest]), columns], 1);
  }
}

/** The values one step before, [B, T]. @param first of the step before the first, [B, 1] */
function shifted(values: Tensor, first: Tensor): Tensor {
  return cat([first, values.narrow(1, 0, values.size(1) - 1)], 1);
}
