// A door of its own to what training loops share: unlike the front door, it loads the engine.
export { BestWeights } from "./run/best.js";
export { type Evaluator, Evaluators, isDue } from "./run/evaluators.js";
export { RunningMeans } from "./run/means.js";
