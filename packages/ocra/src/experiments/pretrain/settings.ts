// Settings of pre-training for each family of data: the paper's values, and ours for a laptop.
import type { PresetName } from "@throughline/lab";
import { published, type Suite } from "../../pretrained/suites.js";
import type { Architecture, PretrainConfig } from "./options.js";

/** The options that have a value for each preset and family of data. */
export type PretrainingSetting = Omit<
  PretrainConfig,
  "dataset" | "objects" | "unlike" | "path" | "edition" | "precision" | "workers" | "logEvery"
>;

/** The paper's autoencoder (supplement S2–S4, §4.3.2). */
const large: Omit<Architecture, "slots"> & Pick<PretrainConfig, "initialisation"> = {
  resolution: 128,
  dim: 64,
  iterations: 3,
  starts: 1,
  encoderChannels: 64,
  encoderStrides: [1, 1, 1, 1],
  decoderChannels: 64,
  decoderStrides: [1, 1, 1, 1, 1],
  decoderPixels: 1,
  initialSlots: "constant",
  arithmetic: "direct",
  pixels: "as-they-are",
  blankWeight: 1,
  readout: "all",
  blankLevel: 1 / 64,
  initialisation: "pytorch",
};

/** The laptop's autoencoder: few pixels and channels, features of ink alone, nothing convolved at full size. */
const small: typeof large = {
  ...large,
  resolution: 48,
  dim: 32,
  encoderChannels: 32,
  decoderChannels: 32,
  decoderStrides: [1, 2],
  decoderPixels: 2,
  initialSlots: "learned",
  blankWeight: 0.03,
  readout: "ink",
  arithmetic: "fast",
  iterations: 5,
  starts: 4,
  initialisation: "he",
};

/** Displays of each family: to train with and to validate with, of each problem for SVRT. */
const displaysOf: Readonly<
  Record<Suite, Pick<PretrainingSetting, "displays" | "validationDisplays" | "fewest" | "repeats">>
> = {
  art: { displays: 180_000, validationDisplays: 20_000, fewest: 1, repeats: 0 },
  svrt: { displays: 500, validationDisplays: 4000 },
  clevr: { displays: 90_000, validationDisplays: 10_000, fewest: 1 },
};

/** SVRT's problems; each has as many displays. */
const PROBLEMS = 23;

/** An epoch's last, incomplete batch is dropped. */
function paper(
  suite: Suite,
  more: Partial<PretrainingSetting>,
  epochs: readonly (readonly [number, number])[],
): PretrainingSetting {
  const displays = more.displays ?? displaysOf[suite].displays!;
  const { batch = 32 } = more;
  const perEpoch = Math.floor((suite === "svrt" ? PROBLEMS * displays : displays) / batch);
  const steps = epochs.map(([count]) => count * perEpoch);
  return {
    ...large,
    slots: published[suite].slots,
    ...displaysOf[suite],
    batch,
    steps: steps.reduce((total, count) => total + count, 0),
    lr: epochs[0]![1],
    lrChanges: epochs.slice(1).map(([, lr], i) => [steps[i]!, lr]),
    warmup: 0,
    decay: "none",
    encoderRate: 1,
    clip: 0,
    validateEvery: perEpoch,
    codedProblems: 96,
    ...more,
  };
}

/** Paper §4.3.1 and table S4. @param displays of each SVRT problem: 500 or 1000 in the paper */
function publishedSetting(suite: Suite, displays?: number): PretrainingSetting {
  if (suite === "art") return paper("art", { warmup: 150_000 }, [[750, 8e-5]]);
  if (suite === "clevr") return paper("clevr", { warmup: 90_000 }, [[1000, 8e-5]]);
  if (displays === 1000) {
    const rates = [
      [1500, 4e-4],
      [3510, 8e-5],
    ] as const;
    return paper("svrt", { batch: 64, displays, warmup: 18_000 }, rates);
  }
  return paper("svrt", { batch: 64, warmup: 9000 }, [
    [1350, 4e-4],
    [4620, 8e-5],
  ]);
}

/** Ours; docs/ocra.md says what was tried. */
function laptop(suite: Suite): PretrainingSetting {
  const quick: PretrainingSetting = {
    ...small,
    slots: published[suite].slots,
    ...displaysOf[suite],
    batch: 16,
    steps: 5000,
    lr: 4e-4,
    lrChanges: [],
    warmup: 500,
    decay: "cosine",
    encoderRate: 0.3,
    clip: 1,
    pixels: "inverted",
    validateEvery: 500,
    codedProblems: 96,
  };
  if (suite === "art") return { ...quick, steps: 6000, repeats: 0.4, fewest: 4, validationDisplays: 512 };
  if (suite === "svrt") return { ...quick, validationDisplays: 20 };
  const scenes = { pixels: "without-scenery", blankLevel: 0.08 } as const;
  return { ...quick, ...scenes, displays: 10_000, fewest: 4, validationDisplays: 256 };
}

/** Tiny version of the laptop's. */
function smoke(suite: Suite): PretrainingSetting {
  return {
    ...laptop(suite),
    ...{ resolution: 32, dim: 8, encoderChannels: 8, decoderChannels: 8 },
    ...{ iterations: 2, starts: 2, batch: 4, steps: 6, warmup: 2 },
    validationDisplays: suite === "svrt" ? 2 : 8,
    validateEvery: 3,
    codedProblems: 8,
  };
}

/** The setting of a family of data at a preset. @param displays training displays, of each problem for SVRT; default the usual number */
export function pretrainingSetting(preset: PresetName, suite: Suite, displays?: number): PretrainingSetting {
  if (preset === "paper") return publishedSetting(suite, displays);
  return preset === "laptop" ? laptop(suite) : smoke(suite);
}
