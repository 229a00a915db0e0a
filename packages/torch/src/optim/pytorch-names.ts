// Names of options as PyTorch writes them.

// PyTorch names these with a capital letter or a digit, which the rule below cannot tell.
const irregular: Readonly<Record<string, string>> = {
  tMax: "T_max",
  t0: "T_0",
  tMult: "T_mult",
  tCur: "T_cur",
  tI: "T_i",
};

/** `weightDecay` as PyTorch writes it: `weight_decay`. */
export function toSnake(name: string): string {
  return irregular[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
