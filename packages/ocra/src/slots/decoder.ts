// The spatial broadcast decoder (Watters et al. 2019): each slot draws an image and says where it is visible.

import { nn, scope, type Tensor } from "@throughline/torch";
import { checkShape } from "@throughline/torch/checks";
import { BroadcastConv } from "../nn/broadcast-conv.js";
import { channelsLast, convRelu } from "../nn/conv.js";
import { PositionEmbedding } from "../nn/position-embedding.js";
import type { SlotAutoencoderConfig } from "./options.js";

/** Output of the decoder. */
export interface DecodedSlots {
  /** Each slot's image: [B, K, C, H, W]. */
  readonly reconstructions: Tensor;
  /** Masks of the slots, which sum to 1 at every pixel: [B, K, 1, H, W]. */
  readonly masks: Tensor;
  /** Σₖ masks · reconstructions: [B, C, H, W]. */
  readonly image: Tensor;
}

/**
 * Each slot repeated over a grid, plus an embedding of the position → transposed 5×5 arithmetic with a ReLU after each →
 * a transposed 3×3 one to C colours and a mask logit. Keys `conv1` …, `decoder_pos`.
 */
export class BroadcastDecoder extends nn.Module<[slots: Tensor], DecodedSlots> {
  readonly convs: readonly nn.ConvTranspose2d[];
  readonly config: SlotAutoencoderConfig;
  decoder_pos: PositionEmbedding;
  private readonly broadcast: BroadcastConv | null;

  constructor(config: SlotAutoencoderConfig) {
    super();
    const { channels, dim, decoderChannels, decoderStrides, decoderPixels, start, arithmetic } = config;
    this.config = config;
    const hidden = decoderStrides.map(
      (stride, i) =>
        new nn.ConvTranspose2d(i === 0 ? dim : decoderChannels, decoderChannels, 5, {
          stride,
          padding: 2,
          outputPadding: stride - 1,
        }),
    );
    const last = new nn.ConvTranspose2d(decoderChannels, (channels + 1) * decoderPixels ** 2, 3, {
      padding: 1,
    });
    this.convs = [...hidden, last];
    this.decoder_pos = new PositionEmbedding(...start, dim);
    const repeats = arithmetic === "fast" && decoderStrides[0] === 1;
    this.broadcast = repeats ? new BroadcastConv(...start, 5) : null;
  }

  override members(): nn.Member[] {
    return [...this.convs.map((conv, i): nn.Member => [`conv${i + 1}`, conv]), ...this.ownMembers("convs")];
  }

  /** @param slots [B, K, D] */
  override forward(slots: Tensor): DecodedSlots {
    const { channels, dim, resolution, decoderPixels, arithmetic } = this.config;
    checkShape("BroadcastDecoder: slots", slots.shape, ["B", "K", dim]);
    const [batch, count] = slots.shape as [number, number];
    return scope(() => {
      const [first, ...others] = this.convs as readonly [nn.ConvTranspose2d, ...nn.ConvTranspose2d[]];
      const last = others.pop()!;
      let x = this.start(first, slots.reshape([-1, dim]));
      for (const conv of others) x = convRelu(conv, x, arithmetic);
      const cells = last.forward(x);
      const pixels = decoderPixels === 1 ? cells : nn.functional.pixelShuffle(cells, decoderPixels);
      const drawn = pixels.reshape([batch, count, channels + 1, ...resolution]);
      const reconstructions = drawn.narrow(2, 0, channels);
      const masks = drawn.narrow(2, channels, 1).softmax(1);
      return { reconstructions, masks, image: reconstructions.mul(masks).sum({ dim: 1 }) };
    });
  }

  /** ReLU(conv(slot + positions)) */
  private start(conv: nn.ConvTranspose2d, slots: Tensor): Tensor {
    const positions = this.decoder_pos.forward();
    if (this.broadcast !== null) return this.broadcast.forward(conv, slots, positions);
    const grid = slots.view([-1, 1, 1, this.config.dim]).add(positions);
    return convRelu(conv, channelsLast(grid.permute([0, 3, 1, 2])), this.config.arithmetic);
  }
}
