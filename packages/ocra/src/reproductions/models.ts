// Models as tables call them.
import { type ModelName, models } from "../catalogue/model-names.js";

/** Name of a model in tables. */
export const titleOf = (model: ModelName): string => models[model].title;

/** A model that has frozen slots to start from. */
export const isSlotModel = (model: ModelName): boolean => model === "ocra" || model.startsWith("slot-");

/** The model whose runs stand for a row: the paper's ablation without relational embeddings is Slot-Transformer. */
export const runAs = (model: ModelName): ModelName =>
  model === "without-relational-embeddings" ? "slot-transformer" : model;
