// Data sets on disk: arrays of samples in parts, with hashes.
export { descriptionFile, type RefuseStore, type StoreDescription, type StoredFile } from "./form.js";
export type { LogPosition, LogProblem, RefuseLog } from "./log-form.js";
export { LogReader } from "./log-reader.js";
export { LogWriter, type LogWriterOptions } from "./log-writer.js";
export { type StoredArrays, StoreReader } from "./reader.js";
export { StoreWriter } from "./writer.js";
