// Families of data, each with one pre-trained autoencoder for all of its tasks, and how encoders see pictures.

/** The families of data; each has displays of its own, and one pre-trained autoencoder for all of its tasks. */
export const suites = ["art", "svrt", "clevr"] as const;
export type Suite = (typeof suites)[number];

/** Colour channels of each family's pictures, and slots that the paper gives them (§4.3.2). */
export const published: Readonly<Record<Suite, { readonly channels: 1 | 3; readonly slots: number }>> = {
  art: { channels: 1, slots: 6 },
  svrt: { channels: 1, slots: 6 },
  clevr: { channels: 3, slots: 7 },
};

/** Input of an encoder, from pictures; see `seePixels`. */
export const pixelViews = ["as-they-are", "inverted", "without-scenery"] as const;
export type PixelView = (typeof pixelViews)[number];

/** Largest number of slots; the reasoner compares all pairs of them. */
export const mostSlots = 1024;
