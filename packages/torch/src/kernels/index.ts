// Kernels of operator libraries: what they can be compiled for, and which of them a process uses. Importing it does not load
// the engine.
export { chooseLevel, levelInUse } from "./choose.js";
export { type KernelLevel, kernelLevels, levelsHere } from "./levels.js";
