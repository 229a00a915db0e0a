// Initial weights.

/**
 * Initialisation of an encoder's convolutions. `pytorch`: as layers are made. `he`: normal with variance 2 / fan in,
 * biases 0.
 */
export const initialisations = ["pytorch", "he"] as const;
export type Initialisation = (typeof initialisations)[number];
