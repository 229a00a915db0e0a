// The 100 objects of the tasks: symbols as varied as the paper's, no two of which look alike (similarity below 0.75).
import type { FontName } from "./fonts.js";

/**
 * Glyphs by font; an object's number is its place in this list. All fonts are under the SIL Open Font License 1.1
 * (fonts.ts).
 */
export const taskGlyphs: Readonly<Partial<Record<FontName, string>>> = {
  sans: "&¶<@€$§¥#?~%",
  math: "≡Π≠∂∫Σ∀∞∈∪",
  symbols: "☯⚙☭☊⚖☸☺♻☤☾⚛⚱⚔☮⚓♈♉♊♋♓♒♆♃⛩⛵⛺⛽",
  symbols2: "♨♔✖☜➡♠⚄↯●☂✂▲♘✔♥☄✈☢✿⛄✏☠★☎✆⌘⌛✉◐▦▧◈♿☕⮌🕷🎮🏠🔍🗝🪐🪓🪃🐟👍💣🚲",
  music: "♭♫𝄞𝄢",
};
