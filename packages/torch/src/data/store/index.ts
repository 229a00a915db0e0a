// Data sets on disk: arrays of samples in parts, with hashes.
export { descriptionFile, type RefuseStore, type StoreDescription, type StoredFile } from "./form.js";
export { type StoredArrays, StoreReader } from "./reader.js";
export { StoreWriter } from "./writer.js";
