// Every model of the paper by name, without the engine: OCRA, then baselines, then ablations, as the paper's tables have them.

/**
 * Models by name: the name in tables (`title`), a description, the input of `forward` (`input`; see `Scorer`), and
 * whether a transformer reads its tokens.
 */
export const models = {
  ocra: { title: "OCRA", kind: "ocra", input: "slots", transformer: true },
  "slot-transformer": { title: "Slot-Transformer", kind: "baseline", input: "slots", transformer: true },
  "slot-rn": { title: "Slot-RN", kind: "baseline", input: "slots", transformer: false },
  "slot-in": { title: "Slot-IN", kind: "baseline", input: "slots", transformer: false },
  "slot-corelnet": { title: "Slot-CoRelNet", kind: "baseline", input: "slots", transformer: false },
  "slot-esbn": { title: "Slot-ESBN", kind: "baseline", input: "slots", transformer: false },
  "slot-gamr": { title: "Slot-GAMR", kind: "baseline", input: "slots", transformer: false },
  gamr: { title: "GAMR", kind: "baseline", input: "images", transformer: false },
  resnet: { title: "ResNet", kind: "baseline", input: "images", transformer: false },
  "attn-resnet": { title: "Attn-ResNet", kind: "baseline", input: "images", transformer: false },
  mae: { title: "MAE", kind: "baseline", input: "images", transformer: false },
  "without-slot-attention": {
    title: "w/o Slot Attention",
    kind: "ablation",
    input: "patches",
    transformer: true,
  },
  "without-pretraining": { title: "w/o Pre-training", kind: "ablation", input: "images", transformer: true },
  "without-relational-embeddings": {
    title: "w/o Relational Embeddings",
    kind: "ablation",
    input: "slots",
    transformer: true,
  },
  "without-factorization": {
    title: "w/o Factorized Representation",
    kind: "ablation",
    input: "slots",
    transformer: true,
  },
  "without-bottleneck": {
    title: "w/o Relational Bottleneck",
    kind: "ablation",
    input: "slots",
    transformer: true,
  },
  "without-inner-product": {
    title: "w/o Inner Product",
    kind: "ablation",
    input: "slots",
    transformer: true,
  },
  "outer-product": { title: "Outer Product", kind: "ablation", input: "slots", transformer: true },
  "without-transformer": { title: "w/o Transformer", kind: "ablation", input: "slots", transformer: false },
} as const;

/** Name of a model. */
export type ModelName = keyof typeof models;

/** Every model's name. */
export const modelNames: readonly ModelName[] = Object.keys(models) as ModelName[];
