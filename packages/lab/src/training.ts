// Entry point `@throughline/lab/training`: what training loops share. Unlike the main entry point, it loads the engine.
export { BestWeights } from "./run/best.js";
export { type Evaluator, Evaluators, isDue } from "./run/evaluators.js";
export { RunningMeans } from "./run/means.js";
