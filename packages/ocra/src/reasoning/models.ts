// Every model of the paper by name, so that one trainer can make any of them.
import { knownOptions, type OptionNames } from "@throughline/torch/checks";
import { OuterProduct } from "../ablations/outer-product.js";
import { WithoutBottleneck } from "../ablations/without-bottleneck.js";
import { WithoutFactorization } from "../ablations/without-factorization.js";
import { WithoutInnerProduct } from "../ablations/without-inner-product.js";
import { WithoutPretraining } from "../ablations/without-pretraining.js";
import { WithoutSlotAttention } from "../ablations/without-slot-attention.js";
import { WithoutTransformer } from "../ablations/without-transformer.js";
import { Gamr, SlotGamr } from "../baselines/gamr.js";
import { ResNet, type ResNetSize } from "../baselines/resnet.js";
import { SlotCorelnet } from "../baselines/slot-corelnet.js";
import { SlotEsbn } from "../baselines/slot-esbn.js";
import { SlotIn } from "../baselines/slot-in.js";
import { SlotRn } from "../baselines/slot-rn.js";
import { SlotTransformer } from "../baselines/slot-transformer.js";
import { refuse } from "../nn/refuse.js";
import type { TransformerOptions } from "../nn/transformer.js";
import { encoderPart, type SlotAutoencoderOptions } from "../slots/options.js";
import { Ocra } from "./ocra.js";
import type { Scorer, ScorerInput } from "./scorer.js";

/** What models are made from; each takes what concerns it. */
export interface ModelOptions extends TransformerOptions {
  /**
   * The slot encoder: its number of slots, their width, and for models of images their channels. An autoencoder's options do
   * too; the decoder's are not used.
   */
  readonly encoder?: SlotAutoencoderOptions;
  /** The residual network's size. Default `"resnet50"`. */
  readonly resnet?: ResNetSize;
}

/** A model of the paper. */
export interface ModelEntry {
  /** What tables call it. */
  readonly title: string;
  readonly kind: "ocra" | "ablation" | "baseline";
  readonly input: ScorerInput;
  make(options: ModelOptions): Scorer;
}

type Make = (transformer: TransformerOptions, others: Pick<ModelOptions, "encoder" | "resnet">) => Scorer;

const names: OptionNames<ModelOptions> = {
  dim: true,
  depth: true,
  heads: true,
  mlpDim: true,
  dropout: true,
  encoder: true,
  resnet: true,
};

function entry(
  title: string,
  kind: ModelEntry["kind"],
  make: Make,
  input: ScorerInput = "slots",
): ModelEntry {
  return {
    title,
    kind,
    input,
    make: (options) => {
      const { encoder, resnet, ...transformer } = knownOptions(title, names, options);
      return make(transformer, { encoder, resnet });
    },
  };
}

/** Name of a model. */
export type ModelName =
  | "ocra"
  | "slot-transformer"
  | "slot-rn"
  | "slot-in"
  | "slot-corelnet"
  | "slot-esbn"
  | "slot-gamr"
  | "gamr"
  | "resnet"
  | "without-slot-attention"
  | "without-pretraining"
  | "without-relational-embeddings"
  | "without-factorization"
  | "without-bottleneck"
  | "without-inner-product"
  | "outer-product"
  | "without-transformer";

const models: Readonly<Record<ModelName, ModelEntry>> = {
  ocra: entry("OCRA", "ocra", (options) => new Ocra(options)),
  "slot-transformer": entry("Slot-Transformer", "baseline", (options) => new SlotTransformer(options)),
  "slot-rn": entry("Slot-RN", "baseline", (options) => new SlotRn(options)),
  "slot-in": entry("Slot-IN", "baseline", (options) => new SlotIn(options)),
  "slot-corelnet": entry(
    "Slot-CoRelNet",
    "baseline",
    ({ dim }, { encoder }) => new SlotCorelnet({ dim, slots: encoder?.slots }),
  ),
  "slot-esbn": entry("Slot-ESBN", "baseline", (options) => new SlotEsbn(options)),
  "slot-gamr": entry("Slot-GAMR", "baseline", (options) => new SlotGamr(options)),
  gamr: entry("GAMR", "baseline", (_, { encoder }) => new Gamr({ channels: encoder?.channels }), "images"),
  resnet: entry(
    "ResNet",
    "baseline",
    (_, { encoder, resnet }) => new ResNet({ channels: encoder?.channels, size: resnet }),
    "images",
  ),
  "without-slot-attention": entry(
    "w/o Slot Attention",
    "ablation",
    (options) => new WithoutSlotAttention(options),
    "patches",
  ),
  "without-pretraining": entry(
    "w/o Pre-training",
    "ablation",
    (options, { encoder = {} }) => new WithoutPretraining(encoderPart(encoder), options),
    "images",
  ),
  "without-relational-embeddings": entry(
    "w/o Relational Embeddings",
    "ablation",
    (options) => new SlotTransformer(options),
  ),
  "without-factorization": entry(
    "w/o Factorized Representation",
    "ablation",
    (options) => new WithoutFactorization(options),
  ),
  "without-bottleneck": entry(
    "w/o Relational Bottleneck",
    "ablation",
    (options) => new WithoutBottleneck(options),
  ),
  "without-inner-product": entry(
    "w/o Inner Product",
    "ablation",
    (options) => new WithoutInnerProduct(options),
  ),
  "outer-product": entry("Outer Product", "ablation", (options) => new OuterProduct(options)),
  "without-transformer": entry("w/o Transformer", "ablation", (options) => new WithoutTransformer(options)),
};

/** Every model's name: OCRA, then baselines, then ablations, as the paper's tables have them. */
export const modelNames: readonly ModelName[] = Object.keys(models) as ModelName[];

/** A model by name, before it is made. @throws TorchError that lists the names if there is none. */
export function modelEntry(name: string): ModelEntry {
  if (Object.hasOwn(models, name)) return models[name as ModelName];
  throw refuse("modelEntry", `there is no model ${JSON.stringify(name)}; accepted: ${modelNames.join(", ")}`);
}

/**
 * A model by name, with new random weights; its `input` says what its `forward` takes. The width of the slots, `dim`, is the
 * encoder's unless given.
 */
export function makeModel(name: string, options: ModelOptions = {}): Scorer {
  return modelEntry(name).make({ ...options, dim: options.dim ?? options.encoder?.dim });
}
