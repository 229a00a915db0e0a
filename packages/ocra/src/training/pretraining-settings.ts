// How slot attention is pre-trained on each family of data, in each setting.
import type { SlotAutoencoderOptions } from "../slots/options.js";
import type { Initialisation, Phase, PixelView, Setting, Suite } from "./settings.js";

/** How an autoencoder is pre-trained. */
export interface PretrainingSetting {
  readonly model: SlotAutoencoderOptions;
  /** How the encoder's convolutions start; see `initialiseEncoder`. */
  readonly initialisation: Initialisation;
  readonly batch: number;
  readonly phases: readonly Phase[];
  /** Steps of linear warm-up; see `learningRate`. */
  readonly warmup: number;
  readonly decay: "none" | "cosine";
  /** Step size of the encoder's convolutions, as a share of the others'. */
  readonly encoderRate: number;
  /** Largest norm of the gradient; 0 does not clip. */
  readonly clip: number;
  /** What the model sees of pictures. */
  readonly pixels: PixelView;
  /** Options of the displays to train with, beside their size. */
  readonly train: Readonly<Record<string, unknown>>;
  /** Options of those to validate with. */
  readonly validation: Readonly<Record<string, unknown>>;
  /** Steps between two validations. */
  readonly validateEvery: number;
  /** Problems of each task in whose pictures the finished encoder's slots are looked at; see `taskCodes`. */
  readonly codedProblems: number;
}

/** What the data fixes: channels, and slots as in the paper (§4.3.2). */
const modelOf: Readonly<Record<Suite, SlotAutoencoderOptions>> = {
  art: { channels: 1, slots: 6 },
  svrt: { channels: 1, slots: 6 },
  clevr: { channels: 3, slots: 7 },
};

function paper(
  suite: Suite,
  batch: number,
  displays: number,
  warmup: number,
  epochs: readonly (readonly [epochs: number, lr: number])[],
): PretrainingSetting {
  const perEpoch = Math.floor(displays / batch);
  return {
    model: modelOf[suite],
    initialisation: "pytorch",
    batch,
    phases: epochs.map(([count, lr]) => ({ steps: count * perEpoch, lr })),
    warmup,
    decay: "none",
    encoderRate: 1,
    clip: 0,
    pixels: "as-they-are",
    train: {},
    validation: {},
    validateEvery: perEpoch,
    codedProblems: 96,
  };
}

/** Paper §4.3.1 and table S4; SVRT with 500 pictures of each problem. An epoch's last, incomplete batch is dropped. */
const published: Readonly<Record<Suite, PretrainingSetting>> = {
  art: paper("art", 32, 180_000, 150_000, [[750, 8e-5]]),
  svrt: paper("svrt", 64, 11_500, 9000, [
    [1350, 4e-4],
    [4620, 8e-5],
  ]),
  clevr: paper("clevr", 32, 90_000, 90_000, [[1000, 8e-5]]),
};

/** SVRT with 1000 pictures of each problem. */
const publishedSvrt1000 = paper("svrt", 64, 23_000, 18_000, [
  [1500, 4e-4],
  [3510, 8e-5],
]);

/** The laptop's autoencoder: few pixels and channels, features of ink alone, nothing convolved at full size. */
const small: SlotAutoencoderOptions = {
  resolution: 48,
  dim: 32,
  decoderStrides: [1, 2],
  decoderPixels: 2,
  learnInitialSlots: true,
  blankWeight: 0.03,
  readout: "ink",
  arithmetic: "fast",
  iterations: 5,
  starts: 4,
};

/** What the laptop's settings have in common; docs/ocra.md says what was tried. */
const quick = {
  initialisation: "he",
  batch: 16,
  phases: [{ steps: 6000, lr: 4e-4 }],
  warmup: 500,
  decay: "cosine",
  encoderRate: 0.3,
  clip: 1,
  validateEvery: 500,
  codedProblems: 96,
} as const;

const laptop: Readonly<Record<Suite, PretrainingSetting>> = {
  art: {
    ...quick,
    model: { ...modelOf.art, ...small },
    pixels: "inverted",
    train: { repeats: 0.4, fewest: 4 },
    validation: { count: 512 },
  },
  svrt: {
    ...quick,
    model: { ...modelOf.svrt, ...small },
    pixels: "inverted",
    phases: [{ steps: 5000, lr: 4e-4 }],
    train: {},
    validation: { perProblem: 20 },
  },
  clevr: {
    ...quick,
    model: { ...modelOf.clevr, ...small, blankLevel: 0.08 },
    pixels: "without-scenery",
    phases: [{ steps: 5000, lr: 4e-4 }],
    train: { count: 10_000, fewest: 4 },
    validation: { count: 256 },
  },
};

/** As the laptop's, tiny. */
function smoke(suite: Suite): PretrainingSetting {
  const { model, validation } = laptop[suite];
  return {
    ...laptop[suite],
    model: { ...model, resolution: 32, dim: 8, iterations: 2, starts: 2 },
    batch: 4,
    phases: [{ steps: 6, lr: 4e-4 }],
    warmup: 2,
    validation: suite === "svrt" ? { perProblem: 2 } : { ...validation, count: 8 },
    validateEvery: 3,
    codedProblems: 8,
  };
}

/** The setting of a family of data. @param displays training displays, of each problem for SVRT; 0: as many as usual */
export function pretrainingSetting(setting: Setting, suite: Suite, displays = 0): PretrainingSetting {
  if (setting === "smoke") return smoke(suite);
  if (setting === "paper" && suite === "svrt" && displays === 1000) return publishedSvrt1000;
  return (setting === "paper" ? published : laptop)[suite];
}
