// Sizes of the nets that come in several: the paper's, and a narrow one for small machines, which results name. Without the engine.

/** Sizes of residual networks. */
export const resnetSizes = {
  /** Bottleneck blocks 3, 4, 6, 3 of width 64, 128, 256, 512: 23.5 million parameters. */
  resnet50: { blocks: [3, 4, 6, 3], width: 64, bottleneck: true },
  /** Plain blocks 2, 2, 2, 2 of width 16, 32, 64, 128: 0.7 million parameters. */
  "resnet18-narrow": { blocks: [2, 2, 2, 2], width: 16, bottleneck: false },
} as const;

/** Name of a residual network. */
export type ResNetSize = keyof typeof resnetSizes;

/** Names of the residual networks. */
export const resnetNames: readonly ResNetSize[] = Object.keys(resnetSizes) as ResNetSize[];

/** Sizes of masked autoencoders: pixels of a patch's side, and the two transformers. */
export const maeSizes = {
  /** ViT-Base, with the decoder of He et al. 2022: 111 million parameters. */
  "vit-base": {
    patch: 8,
    encoder: { dim: 768, depth: 12, heads: 12 },
    decoder: { dim: 512, depth: 8, heads: 16 },
  },
  /** 0.3 million parameters. */
  "vit-narrow": {
    patch: 4,
    encoder: { dim: 64, depth: 4, heads: 4 },
    decoder: { dim: 64, depth: 2, heads: 4 },
  },
} as const;

/** Name of a masked autoencoder. */
export type MaeSize = keyof typeof maeSizes;

/** Names of the masked autoencoders. */
export const maeNames: readonly MaeSize[] = Object.keys(maeSizes) as MaeSize[];

/** What a masked autoencoder hides while it learns. */
export const maskings = ["answer", "random"] as const;
export type Masking = (typeof maskings)[number];
