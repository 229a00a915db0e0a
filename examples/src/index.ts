// The examples that can be run, swept and reproduced from the command line.
export { digits } from "./experiments/digits/experiment.js";
export { digitsReproduction } from "./experiments/digits/reproduction.js";
