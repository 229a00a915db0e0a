// What is trained on, and in which setting.

/** The families of data; each has displays of its own, and one pre-trained autoencoder for all of its tasks. */
export const suites = ["art", "svrt", "clevr"] as const;
export type Suite = (typeof suites)[number];

/** Colour channels of each family's pictures, and slots that the paper gives them (§4.3.2). */
export const published: Readonly<Record<Suite, { readonly channels: 1 | 3; readonly slots: number }>> = {
  art: { channels: 1, slots: 6 },
  svrt: { channels: 1, slots: 6 },
  clevr: { channels: 3, slots: 7 },
};

/** How an encoder's convolutions start. `pytorch`: as layers are made. `he`: normal with variance 2 / fan in, biases 0. */
export const initialisations = ["pytorch", "he"] as const;
export type Initialisation = (typeof initialisations)[number];

/** What an encoder sees of pictures; see `seePixels`. */
export const pixelViews = ["as-they-are", "inverted", "without-scenery"] as const;
export type PixelView = (typeof pixelViews)[number];

/** As many slots can be asked for; the reasoner compares all pairs of them. */
export const mostSlots = 1024;
