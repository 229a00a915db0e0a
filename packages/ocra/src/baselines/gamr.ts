// GAMR (Vaishnav and Serre 2023): attention guided by a controller, glimpse after glimpse, into a memory that is reasoned on.
import { cat, nn, scope, stack, type Tensor, zeros } from "@throughline/torch";
import { ContextNorm } from "../nn/context-norm.js";
import { mlp } from "../nn/mlp.js";
import { allPairs } from "../reasoning/pairs.js";
import { ImageScorer, SlotScorer } from "../reasoning/scorer.js";
import type { SlotEncoding } from "../slots/slot-attention.js";

/** Number of glimpses, width of a glimpse, heads, units of the controller: as in the published model. */
const STEPS = 4;
const WIDTH = 128;
const HEADS = 8;
const HIDDEN = 512;

/**
 * x ← TCN(entries); four times: h = LSTM(glimpse);  q = W_q h;  glimpse ← MultiHeadAttention(q, x, x);  append it to M;
 * score = W [h, Σ over i, j of g([Mᵢ, Mⱼ])],  g: 256 → 512 → 256 with ReLU on both. The first glimpse is 0.
 */
class GlimpseReasoner extends nn.Module<[entries: Tensor]> {
  norm: ContextNorm;
  controller: nn.LSTMCell;
  query: nn.Linear;
  attention: nn.MultiheadAttention;
  g: nn.Sequential;
  readout: nn.Linear;

  /** @param dim width of the entries that are attended to. */
  constructor(dim: number) {
    super();
    this.norm = new ContextNorm(dim);
    this.controller = new nn.LSTMCell(WIDTH, HIDDEN);
    this.query = new nn.Linear(HIDDEN, WIDTH);
    this.attention = new nn.MultiheadAttention(WIDTH, HEADS, { kdim: dim, vdim: dim, batchFirst: true });
    this.g = mlp([2 * WIDTH, 512, 256], { activateLast: true });
    this.readout = new nn.Linear(HIDDEN + 256, 1);
  }

  /** @param entries [B, N, dim], N ≥ 2; @returns [B]. */
  override forward(entries: Tensor): Tensor {
    const batch = entries.size(0);
    return scope(() => {
      const x = this.norm.forward(entries);
      const like = { dtype: x.dtype, device: x.device };
      const memory: Tensor[] = [];
      let glimpse = zeros([batch, WIDTH], like);
      let state: nn.LstmState = [zeros([batch, HIDDEN], like), zeros([batch, HIDDEN], like)];
      for (let t = 0; t < STEPS; t++) {
        [glimpse, state] = scope(() => this.look(x, glimpse, state));
        memory.push(glimpse);
      }
      const pairs = this.g.forward(allPairs(stack(memory, 1))).sum({ dim: [1, 2] });
      return this.readout.forward(cat([state[0], pairs], -1)).squeeze(-1);
    });
  }

  private look(x: Tensor, glimpse: Tensor, state: nn.LstmState): [glimpse: Tensor, state: nn.LstmState] {
    const next = this.controller.forward(glimpse, state);
    const query = this.query.forward(next[0]).unsqueeze(1);
    const [attended] = this.attention.forward(query, x, x, { needWeights: false });
    return [attended.squeeze(1), next];
  }
}

/** ReLU(x′ + W x), x′ two 3×3 convolutions with batch norm; halves the resolution. */
class ResidualBlock extends nn.Module {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  shortcut: nn.Conv2d;

  constructor(inner: number, outer: number) {
    super();
    this.conv1 = new nn.Conv2d(inner, outer, 3, { stride: 2, padding: 1, bias: false });
    this.bn1 = new nn.BatchNorm2d(outer);
    this.conv2 = new nn.Conv2d(outer, outer, 3, { padding: 1, bias: false });
    this.bn2 = new nn.BatchNorm2d(outer);
    this.shortcut = new nn.Conv2d(inner, outer, 1, { stride: 2 });
  }

  override forward(x: Tensor): Tensor {
    return scope(() => {
      const hidden = this.bn1.forward(this.conv1.forward(x)).relu();
      return this.bn2.forward(this.conv2.forward(hidden)).add(this.shortcut.forward(x)).relu();
    });
  }
}

/**
 * Images → four residual blocks, each halving the resolution (128×128 → 8×8), 128 channels at the end → glimpses.
 * Source: Vaishnav and Serre 2023; the reasoner follows the published description. The encoder's widths
 * (32, 64, 128, 128) are our choice.
 */
export class Gamr extends ImageScorer {
  encoder: nn.Sequential;
  reasoner: GlimpseReasoner;

  /** @param options `channels`: of the images, default 1. */
  constructor(options: { readonly channels?: number } = {}) {
    super();
    const sizes = [options.channels ?? 1, 32, 64, WIDTH, WIDTH];
    const blocks = sizes.slice(1).map((size, i): nn.Module => new ResidualBlock(sizes[i]!, size));
    this.encoder = new nn.Sequential<readonly nn.Module[]>(...blocks);
    this.reasoner = new GlimpseReasoner(WIDTH);
  }

  /** @param images [B, C, H, W], at least 17 pixels a side. */
  override forward(images: Tensor): Tensor {
    return scope(() => this.reasoner.forward(this.encoder.forward(images).flatten(2).transpose(1, 2)));
  }
}

/** GAMR with slots in place of the feature map. Source: OCRA supplement S3. */
export class SlotGamr extends SlotScorer {
  reasoner: GlimpseReasoner;

  constructor(options: { readonly dim?: number } = {}) {
    super();
    this.reasoner = new GlimpseReasoner(options.dim ?? 64);
  }

  override forward({ slots }: SlotEncoding): Tensor {
    return this.reasoner.forward(slots);
  }
}
