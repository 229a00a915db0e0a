// Options of a slot-attention autoencoder.
import { knownOptions, type OptionNames, wholeNumber } from "@throughline/torch/checks";
import { type Arithmetic, checkArithmetic } from "../nn/arithmetic.js";
import { refuse } from "../nn/refuse.js";

/** Options of `SlotEncoder`; the defaults are the paper's for ART (supplement S2–S4). */
export interface SlotEncoderOptions {
  /** Height and width of the images, or one number for both. Default 128. */
  readonly resolution?: number | readonly [height: number, width: number];
  /** Colour channels: 1 (default) for ART and SVRT, 3 for CLEVR-ART. */
  readonly channels?: number;
  /** Number of slots K. Default 6; the paper has 7 for CLEVR-ART. */
  readonly slots?: number;
  /** Iterations of slot attention. Default 3. */
  readonly iterations?: number;
  /**
   * Number of random restarts of slot attention per image outside training, unless the noise is given; the start with the
   * most compact slots is kept (see `spread`). Default 1, as in the paper. More restarts mend images in which one slot
   * took two objects (our `laptop` choice).
   */
  readonly starts?: number;
  /** Width D of features, slots and positions. Default 64. */
  readonly dim?: number;
  /** Channels of the encoder's convolutions before the last one, which has `dim`. Default `dim`. */
  readonly encoderChannels?: number;
  /**
   * Stride of each of the encoder's convolutions; how many there are is how many convolutions. Default [1, 1, 1, 1]. A
   * first stride of 2 makes everything after it four times as cheap (our `laptop` choice, not the paper's).
   */
  readonly encoderStrides?: readonly number[];
  /**
   * Learned mean and spread of the initial slots, through mu + sigma · noise. Default false: in the authors' code their
   * gradient is zero, so they stay as they were drawn.
   */
  readonly learnInitialSlots?: boolean;
  /**
   * Weight of a background position in the updates of the slots, against 1 for one with something on it. Default 1, as in
   * the paper. With less, slots separate objects sooner, and from more starts (our `laptop` choice).
   */
  readonly blankWeight?: number;
  /**
   * Positions that z and m average over. Default `"all"`: a slot attends to the background around its object too, which
   * is most of the average. `"ink"`: only positions with a pixel above `blankLevel` (our `laptop` choice, not the
   * paper's).
   */
  readonly readout?: "all" | "ink";
  /** Up to what absolute value a pixel is blank: nothing is on a place whose pixels all are. Default 1/64. */
  readonly blankLevel?: number;
  /**
   * Algorithms of the convolutions. Default `"direct"`, operator for operator as in the authors' code; `"fast"` for
   * training at half the cost or less, equal up to rounding.
   */
  readonly arithmetic?: Arithmetic;
}

/** Options of `SlotAutoencoder`. */
export interface SlotAutoencoderOptions extends SlotEncoderOptions {
  /** Channels of the decoder's convolutions. Default `dim`. */
  readonly decoderChannels?: number;
  /**
   * Stride of each of the decoder's transposed 5×5 convolutions, which a 3×3 one follows. Default [1, 1, 1, 1, 1]: slots are
   * broadcast at full resolution. Strides of 2 broadcast at a lower resolution and double it on the way
   * (our `laptop` choice, not the paper's).
   */
  readonly decoderStrides?: readonly number[];
  /**
   * Pixels across that the last convolution draws for each cell of its input (sub-pixel convolution, Shi et al. 2016).
   * Default 1. With 2, nothing is convolved at full resolution (our `laptop` choice, not the paper's).
   */
  readonly decoderPixels?: number;
}

/** Complete options of an encoder. */
export interface SlotEncoderConfig extends Required<Omit<SlotEncoderOptions, "resolution">> {
  readonly resolution: readonly [height: number, width: number];
  /** Resolution of the feature map. */
  readonly grid: readonly [height: number, width: number];
}

/** Complete options of an autoencoder. */
export interface SlotAutoencoderConfig extends SlotEncoderConfig {
  readonly decoderChannels: number;
  readonly decoderStrides: readonly number[];
  readonly decoderPixels: number;
  /** Resolution at which slots are broadcast. */
  readonly start: readonly [height: number, width: number];
}

const encoderNames: OptionNames<SlotEncoderOptions> = {
  resolution: true,
  channels: true,
  slots: true,
  iterations: true,
  starts: true,
  dim: true,
  encoderChannels: true,
  encoderStrides: true,
  learnInitialSlots: true,
  blankWeight: true,
  readout: true,
  blankLevel: true,
  arithmetic: true,
};

const autoencoderNames: OptionNames<SlotAutoencoderOptions> = {
  ...encoderNames,
  decoderChannels: true,
  decoderStrides: true,
  decoderPixels: true,
};

type Size = readonly [number, number];

/**
 * `options` completed.
 * @throws TorchError for unknown options, sizes that are not whole, or strides that do not divide the resolution
 */
export function encoderConfig(options: SlotEncoderOptions): SlotEncoderConfig {
  return completed("SlotEncoder", knownOptions("SlotEncoder", encoderNames, options));
}

function completed(who: string, options: SlotEncoderOptions): SlotEncoderConfig {
  const { resolution = 128, channels = 1, slots = 6, iterations = 3, starts = 1, dim = 64 } = options;
  const {
    encoderChannels = dim,
    encoderStrides = [1, 1, 1, 1],
    learnInitialSlots = false,
    blankWeight = 1,
    readout = "all",
    blankLevel = 1 / 64,
  } = options;
  const arithmetic = checkArithmetic(who, options.arithmetic ?? "direct");
  if (!(blankWeight > 0 && blankWeight <= 1)) {
    throw refuse(who, `blankWeight is ${blankWeight}; accepted: 0 < blankWeight ≤ 1`);
  }
  if (readout !== "all" && readout !== "ink") {
    throw refuse(who, `readout is ${JSON.stringify(readout)}; accepted: "all" or "ink"`);
  }
  const size: Size = typeof resolution === "number" ? [resolution, resolution] : resolution;
  const counts = { channels, slots, iterations, starts, dim, encoderChannels };
  const wholes = { height: size[0], width: size[1], ...counts };
  for (const [what, value] of Object.entries(wholes)) wholeNumber(`${who}: ${what}`, value, 1);
  const grid = divided(who, "encoderStrides", size, encoderStrides);
  return {
    resolution: size,
    grid,
    ...counts,
    encoderStrides,
    learnInitialSlots,
    blankWeight,
    readout,
    blankLevel,
    arithmetic,
  };
}

/** Same as `encoderConfig`, with the decoder's options. */
export function autoencoderConfig(options: SlotAutoencoderOptions): SlotAutoencoderConfig {
  const who = "SlotAutoencoder";
  const config = completed(who, knownOptions(who, autoencoderNames, options));
  const { decoderChannels = config.dim, decoderStrides = [1, 1, 1, 1, 1], decoderPixels = 1 } = options;
  wholeNumber(`${who}: decoderChannels`, decoderChannels, 1);
  wholeNumber(`${who}: decoderPixels`, decoderPixels, 1);
  const grid = divided(who, "decoderPixels", config.resolution, [decoderPixels]);
  const start = divided(who, "decoderStrides", grid, decoderStrides);
  return { ...config, decoderChannels, decoderStrides, decoderPixels, start };
}

/** An autoencoder's options without its decoder's. */
export function encoderPart({
  decoderChannels: _channels,
  decoderStrides: _strides,
  decoderPixels: _pixels,
  ...encoder
}: SlotAutoencoderOptions): SlotEncoderOptions {
  return encoder;
}

function divided(who: string, what: string, size: Size, strides: readonly number[]): Size {
  if (strides.length === 0) throw refuse(who, `${what} is empty; accepted: a stride for each convolution`);
  for (const stride of strides) wholeNumber(`${who}: ${what}`, stride, 1);
  const total = strides.reduce((product, stride) => product * stride, 1);
  const [height, width] = [size[0] / total, size[1] / total];
  if (Number.isInteger(height) && Number.isInteger(width)) return [height, width];
  throw refuse(who, `${what} [${strides}] do not divide the resolution [${size}]`);
}
