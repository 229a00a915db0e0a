// A constant.

/** γ, the limit of 1 + 1/2 + … + 1/n − log n. */
export const EULER_GAMMA = 0.5772156649015329;
