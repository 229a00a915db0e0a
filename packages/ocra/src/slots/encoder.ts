// Encoder from images to slots: the part that is frozen once the autoencoder has been trained.
import { nn, noGrad, scope, type Tensor } from "@throughline/torch";
import { EncoderCnn, type FeatureMap } from "./encoder-cnn.js";
import { encoderConfig, type SlotEncoderConfig, type SlotEncoderOptions } from "./options.js";
import { type InputWeights, SlotAttention, type SlotDraw, type SlotEncoding } from "./slot-attention.js";
import { mostCompact } from "./starts.js";

/** Weight of a background position in a readout of ink: next to nothing, so that a blank image still has averages. */
const BLANK = 1e-6;

/** Everything that encoding an image computes. */
export interface EncodedImages extends SlotEncoding, FeatureMap {
  /** Weights of the averages z and m, as maps, [B, K, h, w]; each sums to 1. */
  readonly attention: Tensor;
  /** Attention that divides the positions of the feature map among slots, [B, K, h, w]: at each position it sums to 1. */
  readonly shares: Tensor;
}

/**
 * Images → CNN → features; features + positions, normalised over the whole image at once (all N · D numbers, without
 * learned scale) → MLP → slot attention → slots, z, m.
 * Source: OCRA §2.1, supplement S2; keys as in the authors' checkpoints.
 */
export class SlotEncoder extends nn.Module<[images: Tensor, draw?: SlotDraw], EncodedImages> {
  readonly config: SlotEncoderConfig;
  encoder_cnn: EncoderCnn;
  fc1: nn.Linear;
  fc2: nn.Linear;
  slot_attention: SlotAttention;

  constructor(options: SlotEncoderOptions = {}) {
    super();
    const config = encoderConfig(options);
    const { slots, dim, iterations, learnInitialSlots, arithmetic } = config;
    this.config = config;
    this.encoder_cnn = new EncoderCnn(config);
    this.fc1 = new nn.Linear(dim, dim);
    this.fc2 = new nn.Linear(dim, dim);
    this.slot_attention = new SlotAttention({ slots, dim, iterations, learnInitialSlots, arithmetic });
  }

  /** Inputs of slot attention: MLP(LN(features + positions)), [B, h · w, D]. */
  slotInputs({ features, positions }: FeatureMap): Tensor {
    return scope(() => {
      const x = features.add(positions).flatten(1, 2);
      const rows = nn.functional.layerNorm(x, x.shape.slice(1)).flatten(0, 1);
      return this.fc2.forward(this.fc1.forward(rows).relu_()).view(x.shape);
    });
  }

  /** Weights of the feature map's positions: background, or not. */
  weights(images: Tensor): InputWeights {
    const { blankWeight, readout } = this.config;
    if (blankWeight === 1 && readout === "all") return {};
    return scope(() => {
      const presence = this.presence(images);
      return {
        ...(blankWeight === 1 ? {} : { slots: presence.clamp({ min: blankWeight }) }),
        ...(readout === "all" ? {} : { readout: presence.clamp({ min: BLANK }) }),
      };
    });
  }

  /** 1 for each place of the feature map with a pixel above `blankLevel`, 0 for the others: [B, h · w]. */
  private presence(images: Tensor): Tensor {
    const { blankLevel, resolution, grid } = this.config;
    const ink = images.abs().amax({ dim: 1, keepdim: true });
    const cell = [resolution[0] / grid[0], resolution[1] / grid[1]] as const;
    const most = cell[0] * cell[1] === 1 ? ink : nn.functional.maxPool2d(ink, cell);
    return most.flatten(1).gt(blankLevel).to(images.dtype);
  }

  /** @param images [B, C, H, W] in the range the encoder was trained with. */
  encode(images: Tensor, draw: SlotDraw = {}): EncodedImages {
    return scope(() => {
      const map = this.encoder_cnn.forward(images);
      const features = map.features.flatten(1, 2);
      const positions = map.positions.flatten(1, 2);
      const inputs = this.slotInputs(map);
      const weights = this.weights(images);
      const attend = () => this.slot_attention.forward(inputs, features, positions, draw, weights);
      const { starts, grid } = this.config;
      const isOnce = this.training || draw.noise !== undefined || starts === 1;
      const attended = isOnce ? attend() : mostCompact(starts, grid, weights.readout, attend);
      const [attention, shares] = [attended.attention, attended.shares].map((x) => x.unflatten(2, grid));
      return { ...attended, ...map, attention: attention!, shares: shares! };
    });
  }

  override forward(images: Tensor, draw: SlotDraw = {}): EncodedImages {
    return this.encode(images, draw);
  }
}

/** `slots`, `z` and `m` of images by a frozen encoder: in evaluation mode, and nothing is recorded for differentiation. */
export function encodeFrozen(encoder: SlotEncoder, images: Tensor, draw: SlotDraw = {}): SlotEncoding {
  return scope(() =>
    noGrad(() => {
      const { slots, z, m } = encoder.evaluating(() => encoder.encode(images, draw));
      return { slots, z, m };
    }),
  );
}
