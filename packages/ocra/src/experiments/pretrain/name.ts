// What the experiment is called, without what it imports.
export const name = {
  name: "ocra/pretrain",
  purpose: "A slot-attention autoencoder learns to take displays apart into objects",
} as const;
