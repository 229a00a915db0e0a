// What tells the authors' models apart.

/** Names of tensors that only one of the models has. */
export const marks = {
  autoencoder: "slot_attention.to_q.weight",
  ocra: "embed_feat.weight",
} as const;
