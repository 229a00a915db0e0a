// The Transformer-XL of Video PreTraining (Baker et al. 2022) in the form that CEC has: a causal window over cached keys and values.
import { cat, type Generator, nn, ones, scope, type Tensor, zeros } from "@throughline/torch";
import { type Band, bandedAttention } from "./banded-attention.js";
import { linear } from "./linear.js";
import { transformerStep } from "./transformer-step.js";
import { fanIn } from "./weights.js";

/** Number of shared curves over distance that each step mixes its biases from. */
const CURVES = 10;

/** Sizes of a `BandedTransformer`. */
export interface TransformerSizes {
  /** E, the width of the stream. */
  readonly width: number;
  readonly layers: number;
  /** Heads of attention; they divide `width`. */
  readonly heads: number;
  /** W: the most recent steps that a step sees through one layer, itself included. */
  readonly window: number;
}

/** [valid, keys of layer 0, values of layer 0, keys of layer 1, …]: valid is bool [B, W], the others [B, W, E]; zeros before a first step. */
type Memory = readonly Tensor[];

/** Hears what the attention of a layer is computed from. */
export type AttentionWatch = (layer: number, inputs: Band) => void;

/** Cached keys and values of a layer, each [B, W, E]. */
type Cache = readonly [keys: Tensor, values: Tensor];

type Watch = (inputs: Band) => void;

/** Attention behind its own layer norm: queries, keys, values and the weights of the biases are linear maps of the normalised stream. */
class Attention extends nn.Module<
  [x: Tensor, cache: Cache, valid: Tensor, watch?: Watch],
  [added: Tensor, ...Cache]
> {
  readonly heads: number;
  readonly b_nd: nn.Parameter;
  readonly q_layer: nn.Linear;
  readonly k_layer: nn.Linear;
  readonly v_layer: nn.Linear;
  readonly proj_layer: nn.Linear;
  readonly r_layer: nn.Linear;
  readonly ln_x: nn.LayerNorm;

  constructor({ width, heads, window }: TransformerSizes, scale: number, generator?: Generator) {
    super();
    this.heads = heads;
    this.b_nd = scope(() => new nn.Parameter(zeros([CURVES, window])));
    nn.init.normal_(this.b_nd, { std: 0.2, generator });
    const layer = (to: number, norm: number, bias: boolean): nn.Linear => {
      const made = new nn.Linear(width, to, { bias });
      fanIn(made, norm, { generator });
      return made;
    };
    this.q_layer = layer(width, 0.1, true);
    this.k_layer = layer(width, 0.2, false);
    this.v_layer = layer(width, Math.sqrt(scale), false);
    this.proj_layer = layer(width, Math.sqrt(scale), true);
    this.r_layer = layer(CURVES * heads, 0.1, true);
    this.ln_x = new nn.LayerNorm(width);
  }

  /** @param x [B, T, E] @returns what is added to the stream, and the cache after the last step */
  override forward(x: Tensor, cache: Cache, valid: Tensor, watch?: Watch): [Tensor, ...Cache] {
    return scope(() => {
      const [batch, steps] = x.shape as [number, number];
      const normal = this.ln_x.forward(x);
      const keys = cat([cache[0], linear(this.k_layer, normal)], 1);
      const values = cat([cache[1], linear(this.v_layer, normal)], 1);
      const inputs: Band = {
        queries: linear(this.q_layer, normal),
        ...{ keys, values, valid, table: this.b_nd },
        relative: linear(this.r_layer, normal).reshape([batch, steps, this.heads, CURVES]),
      };
      watch?.(inputs);
      const window = valid.size(1);
      const added = linear(this.proj_layer, bandedAttention(inputs, this.heads));
      return [added, keys.narrow(1, steps, window), values.narrow(1, steps, window)];
    });
  }
}

/**
 * x ← LN(x); x ← x + attention(x); x ← x + MLP(LN(x)): the first layer norm takes the stream's place. The MLP has a ReLU after each of its
 * layers. Names of its members are the authors'.
 */
class Block extends nn.Module<
  [x: Tensor, cache: Cache, valid: Tensor, watch?: Watch],
  [x: Tensor, ...Cache]
> {
  readonly pre_r_ln: nn.LayerNorm;
  readonly r: nn.ModuleDict<{ orc_block: Attention }>;
  readonly mlp0: nn.ModuleDict<{ norm: nn.LayerNorm; layer: nn.Linear }>;
  readonly mlp1: nn.ModuleDict<{ layer: nn.Linear }>;

  constructor(sizes: TransformerSizes, scale: number, generator?: Generator) {
    super();
    const { width } = sizes;
    const hidden = new nn.Linear(width, 4 * width, { bias: false });
    const out = new nn.Linear(4 * width, width);
    this.pre_r_ln = new nn.LayerNorm(width);
    this.r = new nn.ModuleDict({ orc_block: new Attention(sizes, scale, generator) });
    fanIn(hidden, 1, { generator });
    fanIn(out, scale, { generator });
    this.mlp0 = new nn.ModuleDict({ norm: new nn.LayerNorm(width), layer: hidden });
    this.mlp1 = new nn.ModuleDict({ layer: out });
  }

  override forward(x: Tensor, cache: Cache, valid: Tensor, watch?: Watch): [Tensor, ...Cache] {
    return scope(() => {
      const normal = this.pre_r_ln.forward(x);
      const [added, ...after] = this.r.items.orc_block.forward(normal, cache, valid, watch);
      const y = normal.add(added);
      const { norm, layer } = this.mlp0.items;
      const hidden = linear(layer, norm.forward(y), { relu: true });
      return [y.add(linear(this.mlp1.items.layer, hidden, { relu: true })), ...after];
    });
  }
}

/**
 * A stack of blocks over a stream [B, T, E]. A step sees W steps, itself included, through each layer: through the cache also those of
 * earlier calls. CEC, appendix A; Baker et al. 2022.
 */
export class BandedTransformer extends nn.Module<
  [x: Tensor, memory: Memory, watch?: AttentionWatch],
  { readonly x: Tensor; readonly memory: Memory }
> {
  readonly sizes: TransformerSizes;
  readonly blocks: nn.ModuleList<Block>;

  /** @param generator of the weights. Default: the default generator */
  constructor(sizes: TransformerSizes, generator?: Generator) {
    super();
    this.sizes = sizes;
    const scale = 1 / Math.sqrt(2 * sizes.layers);
    this.blocks = new nn.ModuleList(
      Array.from({ length: sizes.layers }, () => new Block(sizes, scale, generator)),
    );
  }

  /** The memory of `count` sequences before their first step. */
  start(count: number): Memory {
    return scope(() => {
      const { width, window, layers } = this.sizes;
      const { dtype, device } = this.blocks.at(0).pre_r_ln.weight!;
      const empty = (): Tensor => zeros([count, window, width], { dtype, device });
      return [
        zeros([count, window], { dtype: "bool", device }),
        ...Array.from({ length: 2 * layers }, empty),
      ];
    });
  }

  /** @param x [B, T, E] @param watch hears the inputs of each layer's attention @returns the same of `x`, and the memory after the last step */
  override forward(
    x: Tensor,
    memory: Memory,
    watch?: AttentionWatch,
  ): { readonly x: Tensor; readonly memory: Memory } {
    return scope(() => {
      const atOnce = watch === undefined ? transformerStep(this, x, memory) : undefined;
      if (atOnce !== undefined) return atOnce;
      const [batch, steps] = x.shape as [number, number];
      const [valid, ...caches] = memory as [Tensor, ...Tensor[]];
      const after: Tensor[] = [];
      let y = x;
      for (const [layer, block] of this.blocks.items.entries()) {
        const cache: Cache = [caches[2 * layer]!, caches[2 * layer + 1]!];
        const own = watch && ((inputs: Band) => watch(layer, inputs));
        const [next, ...cached] = block.forward(y, cache, valid, own);
        y = next;
        after.push(...cached);
      }
      const there = ones([batch, Math.min(steps, valid.size(1))], { dtype: "bool", device: valid.device });
      const kept = valid.size(1) - there.size(1);
      const now = kept === 0 ? there : cat([valid.narrow(1, valid.size(1) - kept, kept), there], 1);
      return { x: y, memory: [now, ...after] };
    });
  }
}
