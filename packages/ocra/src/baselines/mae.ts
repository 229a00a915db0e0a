// A masked autoencoder (He et al. 2022) that answers a problem by completing its picture.
import { cat, nn, noGrad, scope, type Tensor, zeros } from "@throughline/torch";
import { checkOptions, oneOf, type Rules, whole, wholeNumber } from "@throughline/torch/checks";
import { answerArea } from "../art/layouts.js";
import { type PatchMask, pickRows, putRows, randomMask, sameMask } from "../nn/patch-mask.js";
import { type Area, patchesIn, patchGrid, patchify, unpatchify } from "../nn/patchify.js";
import { sinCosEmbedding } from "../nn/sin-cos.js";
import { VitBlocks } from "../nn/vit.js";
import { CompletionScorer } from "../reasoning/scorer.js";
import { placeIn, type SlotDraw } from "../slots/slot-attention.js";
import { type MaeSize, type Masking, maeNames, maeSizes, maskings } from "./sizes.js";

/** Options of `Mae`. */
export interface MaeOptions {
  /** Default `"vit-base"`. */
  readonly size?: MaeSize;
  /** Height and width of the images, or one number for both. Default 128. */
  readonly resolution?: number | readonly [height: number, width: number];
  /** Colour channels of the images. Default 1. */
  readonly channels?: number;
  /** Patches that are hidden while it learns: those of the answer, or 75 % at random. Default `"answer"`: that is what it is asked. */
  readonly masking?: Masking;
}

const rules: Rules<Required<Omit<MaeOptions, "resolution">>> = {
  size: oneOf(maeNames, "vit-base"),
  channels: whole(1, 1),
  masking: oneOf(maskings, "answer"),
};

/** Share of the patches that are hidden at random, and spread of the mask token's first values. Source: He et al. 2022. */
const HIDDEN_SHARE = 0.75;
const TOKEN_SPREAD = 0.02;

/**
 * score = − mean squared error of the answer's patches as they are completed from all others: the candidate with the highest score is the
 * one that looks most like the completion. It learns from pictures with the right answer filled in.
 *
 * A vision transformer encodes the visible patches alone. A smaller one sees their codes and a learned token for each hidden patch, all
 * with their positions; its outputs for the hidden patches are mapped to pixels.
 * Source: He et al. 2022; OCRA supplement S3 (the object at bottom right hidden, lowest error chosen). `vit-base` is He et al.'s smallest;
 * the paper names no size. Patches of 8 pixels, which fit around an object of 128 × 128 pictures, and no CLS token are our choice.
 */
export class Mae extends CompletionScorer {
  readonly patch: number;
  /** Channels, height and width of a picture. */
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly masking: Masking;
  /** Numbers of the patches that the answer of ART's matrix tasks may touch. */
  readonly answer: readonly number[];
  embed: nn.Linear;
  encoder: VitBlocks;
  bridge: nn.Linear;
  mask_token: nn.Parameter;
  decoder: VitBlocks;
  readout: nn.Linear;
  encoder_positions: nn.Buffer;
  decoder_positions: nn.Buffer;

  /** @throws TorchError for options that are not accepted, or pictures that patches do not divide */
  constructor(options: MaeOptions = {}) {
    super();
    const { resolution = 128, ...others } = options;
    const { size, channels, masking } = checkOptions("Mae", rules, others);
    const sides = typeof resolution === "number" ? ([resolution, resolution] as const) : resolution;
    for (const side of sides) wholeNumber("Mae: resolution", side, 1);
    const { patch, encoder, decoder } = maeSizes[size];
    const grid = patchGrid("Mae", sides, patch);
    const pixels = channels * patch ** 2;
    this.patch = patch;
    this.shape = [channels, ...sides];
    this.masking = masking;
    this.answer = patchesIn(widened(answerArea, sides), grid);
    this.embed = new nn.Linear(pixels, encoder.dim);
    this.encoder = new VitBlocks(encoder);
    this.bridge = new nn.Linear(encoder.dim, decoder.dim);
    this.mask_token = scope(() => new nn.Parameter(zeros([1, 1, decoder.dim])));
    this.decoder = new VitBlocks(decoder);
    this.readout = new nn.Linear(decoder.dim, pixels);
    const positions = (dim: number): nn.Buffer =>
      scope(() => new nn.Buffer(sinCosEmbedding(grid, dim).unsqueeze(0), { persistent: false }));
    this.encoder_positions = positions(encoder.dim);
    this.decoder_positions = positions(decoder.dim);
    initialise(this);
  }

  /** Minus the error of each picture's answer. @param images [B, C, H, W] of the model's shape; @returns [B] */
  override forward(images: Tensor): Tensor {
    return scope(() => this.errors(images, this.answerMask(images)).neg());
  }

  /** Mean error of the patches that are hidden while it learns. @param draw its generator draws random ones */
  override loss(images: Tensor, draw: SlotDraw = {}): Tensor {
    return scope(() => {
      const mask = this.masking === "answer" ? this.answerMask(images) : this.randomMask(images, draw);
      return this.errors(images, mask).mean();
    });
  }

  /** The images with their answers as they are completed: [B, C, H, W]. */
  completed(images: Tensor): Tensor {
    return scope(() => {
      const patches = patchify(images, this.patch);
      const mask = this.answerMask(images);
      return unpatchify(putRows(patches, mask.hidden, this.predict(patches, mask)), this.patch, this.shape);
    });
  }

  /** Pixels of the hidden patches from the visible ones. @param patches [B, N, C · p²]; @returns [B, H, C · p²] */
  predict(patches: Tensor, { visible, hidden }: PatchMask): Tensor {
    return scope(() => {
      const at = (positions: Tensor, numbers: Tensor): Tensor =>
        pickRows(positions.expand([patches.size(0), -1, -1]), numbers);
      const seen = this.embed.forward(pickRows(patches, visible)).add(at(this.encoder_positions, visible));
      const codes = this.bridge.forward(this.encoder.forward(seen));
      const token = this.mask_token.add(at(this.decoder_positions, hidden));
      const tokens = cat([codes.add(at(this.decoder_positions, visible)), token], 1);
      const decoded = this.decoder.forward(tokens).narrow(1, visible.size(1), hidden.size(1));
      return this.readout.forward(decoded);
    });
  }

  /** Mean squared error of each picture's hidden patches: [B]. */
  private errors(images: Tensor, mask: PatchMask): Tensor {
    const patches = patchify(images, this.patch);
    const missed = this.predict(patches, mask).sub(pickRows(patches, mask.hidden));
    return missed.square().mean({ dim: [1, 2] });
  }

  /** Of a batch that ranks share, the masks of all are drawn. */
  private randomMask(images: Tensor, { generator, joint }: SlotDraw): PatchMask {
    const count = this.encoder_positions.size(1);
    const { all, first } = placeIn(joint, images.size(0));
    const mask = randomMask(all, count, Math.round(HIDDEN_SHARE * count), images.device, generator);
    const own = (rows: Tensor): Tensor => rows.narrow(0, first, images.size(0));
    return { visible: own(mask.visible), hidden: own(mask.hidden) };
  }

  private answerMask(images: Tensor): PatchMask {
    return sameMask(images.size(0), this.encoder_positions.size(1), this.answer, images.device);
  }
}

/** An area with a pixel more on each side: resizing smears ink so far. */
function widened({ top, left, bottom, right }: Area, [height, width]: readonly [number, number]): Area {
  return {
    top: top - 1 / height,
    left: left - 1 / width,
    bottom: bottom + 1 / height,
    right: right + 1 / width,
  };
}

/** First weights of He et al. 2022: Xavier's of every linear map, biases 0, a mask token close to 0. */
function initialise(model: Mae): void {
  noGrad(() => {
    for (const [name, parameter] of model.namedParameters()) {
      if (name === "mask_token") nn.init.normal_(parameter, { std: TOKEN_SPREAD });
      else if (parameter.ndim === 2) nn.init.xavierUniform_(parameter);
      else if (name.endsWith("bias")) nn.init.zeros_(parameter);
    }
  });
}
