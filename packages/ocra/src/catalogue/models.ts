// Models by name, so that one trainer can make any of them.
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { OuterProduct } from "../ablations/outer-product.js";
import { WithoutBottleneck } from "../ablations/without-bottleneck.js";
import { WithoutFactorization } from "../ablations/without-factorization.js";
import { WithoutInnerProduct } from "../ablations/without-inner-product.js";
import { WithoutPretraining } from "../ablations/without-pretraining.js";
import { WithoutSlotAttention } from "../ablations/without-slot-attention.js";
import { WithoutTransformer } from "../ablations/without-transformer.js";
import { Gamr, SlotGamr } from "../baselines/gamr.js";
import { Mae } from "../baselines/mae.js";
import { ResNet } from "../baselines/resnet.js";
import type { MaeSize, Masking, ResNetSize } from "../baselines/sizes.js";
import { SlotCorelnet } from "../baselines/slot-corelnet.js";
import { SlotEsbn } from "../baselines/slot-esbn.js";
import { SlotIn } from "../baselines/slot-in.js";
import { SlotRn } from "../baselines/slot-rn.js";
import { SlotTransformer } from "../baselines/slot-transformer.js";
import { refuse } from "../nn/refuse.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { Ocra } from "../reasoning/ocra.js";
import type { Scorer, ScorerInput } from "../reasoning/scorer.js";
import { encoderPart, type SlotAutoencoderOptions } from "../slots/options.js";
import { type ModelName, modelNames, models } from "./model-names.js";

/** Options of all models; each takes those that concern it. */
export interface ModelOptions extends TransformerOptions {
  /**
   * The slot encoder: its number of slots, their width, and for models of images their channels. An autoencoder's options do
   * too; the decoder's are not used.
   */
  readonly encoder?: SlotAutoencoderOptions;
  /** The residual network's size. Default `"resnet50"`. */
  readonly resnet?: ResNetSize;
  /** The masked autoencoder's size. Default `"vit-base"`. */
  readonly mae?: MaeSize;
  /** Patches that the masked autoencoder hides while it learns. Default `"answer"`. */
  readonly masking?: Masking;
}

/** A model of the paper. */
export interface ModelEntry {
  /** Name in tables. */
  readonly title: string;
  readonly kind: "ocra" | "ablation" | "baseline";
  readonly input: ScorerInput;
  make(options: ModelOptions): Scorer;
}

const names: OptionNames<ModelOptions> = {
  dim: true,
  depth: true,
  heads: true,
  mlpDim: true,
  dropout: true,
  encoder: true,
  resnet: true,
  mae: true,
  masking: true,
};

type Make = (
  transformer: TransformerOptions,
  others: Pick<ModelOptions, "encoder" | "resnet" | "mae" | "masking">,
) => Scorer;

const makers: Readonly<Record<ModelName, Make>> = {
  ocra: (options) => new Ocra(options),
  "slot-transformer": (options) => new SlotTransformer(options),
  "slot-rn": (options) => new SlotRn(options),
  "slot-in": (options) => new SlotIn(options),
  "slot-corelnet": ({ dim }, { encoder }) => new SlotCorelnet({ dim, slots: encoder?.slots }),
  "slot-esbn": (options) => new SlotEsbn(options),
  "slot-gamr": (options) => new SlotGamr(options),
  gamr: (_, { encoder }) => new Gamr({ channels: encoder?.channels }),
  resnet: (_, { encoder, resnet }) => new ResNet({ channels: encoder?.channels, size: resnet }),
  "attn-resnet": (_, { encoder, resnet }) =>
    new ResNet({ channels: encoder?.channels, size: resnet, attention: true }),
  mae: (_, { encoder, mae, masking }) => {
    const { channels, resolution } = encoder ?? {};
    return new Mae({ channels, resolution, size: mae, masking });
  },
  "without-slot-attention": (options) => new WithoutSlotAttention(options),
  "without-pretraining": (options, { encoder = {} }) => new WithoutPretraining(encoderPart(encoder), options),
  "without-relational-embeddings": (options) => new SlotTransformer(options),
  "without-factorization": (options) => new WithoutFactorization(options),
  "without-bottleneck": (options) => new WithoutBottleneck(options),
  "without-inner-product": (options) => new WithoutInnerProduct(options),
  "outer-product": (options) => new OuterProduct(options),
  "without-transformer": (options) => new WithoutTransformer(options),
};

/** A model by name, before it is made. @throws TorchError that lists the names if there is none. */
export function modelEntry(name: string): ModelEntry {
  if (!Object.hasOwn(models, name)) {
    throw refuse(
      "modelEntry",
      `there is no model ${JSON.stringify(name)}; accepted: ${modelNames.join(", ")}`,
    );
  }
  const { title, kind, input } = models[name as ModelName];
  return {
    ...{ title, kind, input },
    make(options) {
      const { encoder, resnet, mae, masking, ...transformer } = knownOptions(title, names, options);
      return makers[name as ModelName](transformer, { encoder, resnet, mae, masking });
    },
  };
}

/**
 * A model by name, with new random weights; its `input` says what its `forward` takes. The width of the slots, `dim`, is the
 * encoder's unless given.
 */
export function makeModel(name: string, options: ModelOptions = {}): Scorer {
  return modelEntry(name).make({ ...options, dim: options.dim ?? options.encoder?.dim });
}
