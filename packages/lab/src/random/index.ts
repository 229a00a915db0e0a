// Random numbers without the engine: streams by key, and seeds by name. Importing this does not load libtorch.
export { Random, type RandomState } from "./random.js";
export { seed32, seed63, streamSeed } from "./seeds.js";
