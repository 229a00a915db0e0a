// Models as tables call them, without loading the engine.
import type { ModelName } from "../reasoning/models.js";

/** What tables call each model; a test compares them with `modelEntry`. */
export const titles: Readonly<Record<ModelName, string>> = {
  ocra: "OCRA",
  "slot-transformer": "Slot-Transformer",
  "slot-rn": "Slot-RN",
  "slot-in": "Slot-IN",
  "slot-corelnet": "Slot-CoRelNet",
  "slot-esbn": "Slot-ESBN",
  "slot-gamr": "Slot-GAMR",
  gamr: "GAMR",
  resnet: "ResNet",
  "without-slot-attention": "w/o Slot Attention",
  "without-pretraining": "w/o Pre-training",
  "without-relational-embeddings": "w/o Relational Embeddings",
  "without-factorization": "w/o Factorized Representation",
  "without-bottleneck": "w/o Relational Bottleneck",
  "without-inner-product": "w/o Inner Product",
  "outer-product": "Outer Product",
  "without-transformer": "w/o Transformer",
};

/** A model that has frozen slots to start from. */
export const isSlotModel = (model: ModelName): boolean => model === "ocra" || model.startsWith("slot-");

/** The model whose runs stand for a row: the paper's ablation without relational embeddings is Slot-Transformer. */
export const runAs = (model: ModelName): ModelName =>
  model === "without-relational-embeddings" ? "slot-transformer" : model;
