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
