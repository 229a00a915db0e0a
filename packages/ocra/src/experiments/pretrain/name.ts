// Name of the experiment, without its imports.
export const name = {
  name: "ocra/pretrain",
  purpose: "A slot-attention autoencoder learns to take displays apart into objects",
} as const;
