// The convolutional encoder: an image becomes a feature vector for each position.

import { nn, scope, type Tensor } from "@throughline/torch";
import { checkShape } from "@throughline/torch/checks";
import { channelsLast, convRelu } from "../nn/conv.js";
import { PositionEmbedding } from "../nn/position-embedding.js";
import type { SlotEncoderConfig } from "./options.js";

/** Features of images. */
export interface FeatureMap {
  /** After the last ReLU, before positions are added: [B, h, w, D]. */
  readonly features: Tensor;
  /** The embedding of the coordinates: [1, h, w, D]. */
  readonly positions: Tensor;
}

/** 5×5 convolutions with a ReLU after each one, the last included; keys `conv1` …, `encoder_pos`. */
export class EncoderCnn extends nn.Module<[images: Tensor], FeatureMap> {
  readonly convs: readonly nn.Conv2d[];
  readonly config: SlotEncoderConfig;
  encoder_pos: PositionEmbedding;

  constructor(config: SlotEncoderConfig) {
    super();
    const { channels, encoderChannels, dim, encoderStrides, grid } = config;
    this.config = config;
    this.convs = encoderStrides.map((stride, i) => {
      const last = i === encoderStrides.length - 1;
      return new nn.Conv2d(i === 0 ? channels : encoderChannels, last ? dim : encoderChannels, 5, {
        stride,
        padding: 2,
      });
    });
    this.encoder_pos = new PositionEmbedding(...grid, dim);
  }

  override members(): nn.Member[] {
    return [...this.convs.map((conv, i): nn.Member => [`conv${i + 1}`, conv]), ...this.ownMembers("convs")];
  }

  /** @param images [B, C, H, W]. @throws TorchError for another number of channels or another resolution. */
  override forward(images: Tensor): FeatureMap {
    const { channels, resolution, arithmetic } = this.config;
    checkShape("EncoderCnn: images", images.shape, ["B", channels, ...resolution]);
    return scope(() => {
      let x = channelsLast(images);
      for (const conv of this.convs) x = convRelu(conv, x, arithmetic);
      return { features: x.permute([0, 2, 3, 1]), positions: this.encoder_pos.forward() };
    });
  }
}
