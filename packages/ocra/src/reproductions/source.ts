// Published numbers, one by one: accuracy in percent, mean and standard error over runs.
import type { ModelName } from "../catalogue/model-names.js";

/** The paper. */
export const paper =
  "T. W. Webb, S. S. Mondal, J. D. Cohen, Systematic Visual Reasoning through Object-Centric Relational Abstraction, NeurIPS 2023 (arXiv:2306.02500)";

/** Models by the order of the paper's tables. */
export type Published<Column extends string> = Readonly<
  Partial<Record<ModelName, Readonly<Record<Column, number>>>>
>;

export type Regime = "0" | "50" | "85" | "95";

type ByRegime = readonly [number, number, number, number];

const regimes = ([at0, at50, at85, at95]: ByRegime): Readonly<Record<Regime, number>> => ({
  "0": at0,
  "50": at50,
  "85": at85,
  "95": at95,
});

/** Table 1: ablations at m = 95. */
export const table1: Published<"rmts" | "identity-rules"> = {
  ocra: { rmts: 85.31, "identity-rules": 92.8 },
  "without-slot-attention": { rmts: 56.58, "identity-rules": 84.42 },
  "without-pretraining": { rmts: 58.69, "identity-rules": 53.48 },
  "without-relational-embeddings": { rmts: 74.79, "identity-rules": 81.21 },
  "without-factorization": { rmts: 50.26, "identity-rules": 75.4 },
  "without-bottleneck": { rmts: 63.62, "identity-rules": 76.56 },
  "without-inner-product": { rmts: 50.7, "identity-rules": 48.07 },
  "outer-product": { rmts: 62.84, "identity-rules": 69.58 },
  "without-transformer": { rmts: 51.29, "identity-rules": 44.18 },
};

/** Table S11. */
export const sameDifferent: Published<Regime> = {
  ocra: regimes([97.31, 95.98, 96.48, 87.95]),
  "slot-transformer": regimes([98.47, 95.95, 87.53, 68.46]),
  "slot-in": regimes([94.59, 92.43, 68.4, 59.23]),
  "slot-rn": regimes([93.97, 94.23, 83.66, 77.26]),
  "slot-gamr": regimes([61.43, 67.35, 63.97, 62.98]),
  "slot-esbn": regimes([65.42, 54.1, 49.79, 50.02]),
  "slot-corelnet": regimes([58.24, 55.91, 50.7, 50.5]),
  gamr: regimes([97.28, 94.4, 87.88, 83.49]),
  resnet: regimes([95.65, 92.23, 82.83, 66.6]),
};

/** Table S12. */
export const rmts: Published<Regime> = {
  ocra: regimes([99.91, 99.25, 94.43, 85.31]),
  "slot-transformer": regimes([99.73, 99.12, 96.77, 73.99]),
  "slot-in": regimes([93.42, 87.42, 86.71, 56.93]),
  "slot-rn": regimes([91.31, 87.1, 68.4, 61.62]),
  "slot-gamr": regimes([80.92, 93.43, 61.47, 59.55]),
  "slot-esbn": regimes([50.63, 50.3, 57.12, 49.99]),
  "slot-corelnet": regimes([50.18, 50.3, 49.84, 49.82]),
  gamr: regimes([98.12, 91.98, 89.81, 72.2]),
  resnet: regimes([53.77, 69.43, 82.18, 49.89]),
};

/** Table S13. */
export const distributionOf3: Published<Regime> = {
  ocra: regimes([98.86, 97.87, 96.09, 86.42]),
  "slot-transformer": regimes([99.49, 99.08, 95.82, 60.61]),
  "slot-in": regimes([97.12, 96.22, 90.51, 49.48]),
  "slot-rn": regimes([97.8, 96.82, 91.14, 52.1]),
  "slot-gamr": regimes([73.74, 68.91, 58.3, 32.77]),
  "slot-esbn": regimes([39.79, 38.8, 33.86, 25.56]),
  "slot-corelnet": regimes([28.98, 28.78, 28.58, 26.8]),
  gamr: regimes([91.98, 87.3, 80.57, 68.62]),
  resnet: regimes([88.61, 84.32, 74.82, 50.07]),
  mae: regimes([99.99, 56.47, 40.9, 28.85]),
};

/** Table S14. */
export const identityRules: Published<Regime> = {
  ocra: regimes([99.01, 98.01, 96.67, 92.8]),
  "slot-transformer": regimes([99.44, 99.06, 97.15, 78.32]),
  "slot-in": regimes([97.62, 96.72, 94.78, 72.82]),
  "slot-rn": regimes([93.44, 91.1, 86.73, 65.96]),
  "slot-gamr": regimes([96.11, 94.8, 76.52, 61.92]),
  "slot-esbn": regimes([54.83, 55.7, 49.52, 50.33]),
  "slot-corelnet": regimes([42.28, 39.84, 35.19, 43.5]),
  gamr: regimes([96.89, 91.9, 85.44, 66.23]),
  resnet: regimes([93.27, 84.97, 77.94, 54.84]),
  mae: regimes([66.55, 44.96, 38.39, 31.56]),
};

/** Table S15: CLEVR-ART. */
export const clevr: Published<"rmts" | "identity-rules"> = {
  ocra: { rmts: 93.34, "identity-rules": 77.06 },
  gamr: { rmts: 70.4, "identity-rules": 74.15 },
  "slot-transformer": { rmts: 87.54, "identity-rules": 78.81 },
  "slot-in": { rmts: 66.72, "identity-rules": 67.22 },
  "slot-rn": { rmts: 64.79, "identity-rules": 60.27 },
  "slot-gamr": { rmts: 52.56, "identity-rules": 39.83 },
  "slot-esbn": { rmts: 62.53, "identity-rules": 28.87 },
  "slot-corelnet": { rmts: 49.87, "identity-rules": 24.8 },
};

/** Training pictures of an SVRT problem. */
export type Pictures = "1000" | "500";

/** Tables S16 and S17: means over SVRT's problems of a kind; the ± there is over problems. */
export const svrt: Readonly<Record<"same-different" | "spatial", Published<Pictures>>> = {
  "same-different": {
    ocra: { "1000": 90.3, "500": 79.89 },
    "slot-transformer": { "1000": 89.85, "500": 76.54 },
    "slot-in": { "1000": 74.99, "500": 68.23 },
    "slot-rn": { "1000": 81.79, "500": 71.48 },
    "slot-gamr": { "1000": 66.87, "500": 63.06 },
    "slot-esbn": { "1000": 51.67, "500": 53.83 },
    "slot-corelnet": { "1000": 57.13, "500": 52.95 },
    gamr: { "1000": 82.05, "500": 76.8 },
    "attn-resnet": { "1000": 68.83, "500": 62.3 },
    resnet: { "1000": 56.88, "500": 54.97 },
  },
  spatial: {
    ocra: { "1000": 95.02, "500": 89.25 },
    "slot-transformer": { "1000": 97.86, "500": 94.06 },
    "slot-in": { "1000": 94.86, "500": 90.23 },
    "slot-rn": { "1000": 96.2, "500": 91.73 },
    "slot-gamr": { "1000": 86.99, "500": 84.9 },
    "slot-esbn": { "1000": 62.69, "500": 61.3 },
    "slot-corelnet": { "1000": 74.59, "500": 60.95 },
    gamr: { "1000": 98.74, "500": 97.4 },
    "attn-resnet": { "1000": 97.66, "500": 94.8 },
    resnet: { "1000": 94.87, "500": 85.18 },
  },
};

/** SVRT's problems of same and different, and of spatial relations (paper §4.1). */
export const svrtProblems = {
  "same-different": [1, 5, 6, 7, 13, 16, 17, 19, 20, 21, 22],
  spatial: [2, 3, 4, 8, 9, 10, 11, 12, 14, 15, 18, 23],
} as const;
