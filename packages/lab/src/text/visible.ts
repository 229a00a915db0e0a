// Escaping of printed text. Names, titles, paths and errors come from outside; control characters are shown as text, so
// that none can move the cursor, change a title, hide a line or imitate another.

/** Control characters (C0 without tab and line feed, DEL, C1), line separators, and marks that turn the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const BREAKS = /[\t\n]/g;

/**
 * Text as it may be printed: `␛[2J` for an escape sequence, `\x9b` for a control character of the second kind, `\u202e` for
 * a mark of direction. Line feeds and tabs stay.
 */
export function visible(text: string): string {
  return text.replace(OBEYED, shown);
}

/** Text that stays on its line: `visible`, line feeds and tabs shown as well (`␊`, `␉`). */
export function visibleLine(text: string): string {
  return visible(text).replace(BREAKS, shown);
}

/** A value as indented JSON with control characters escaped; parsing it gives the same value. */
export function visibleJson(
  value: unknown,
  indent: number,
  replacer?: (key: string, value: unknown) => unknown,
): string {
  return JSON.stringify(value, replacer, indent).replace(OBEYED, (sign) => `\\u${hexadecimal(sign, 4)}`);
}

function shown(sign: string): string {
  const code = sign.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return code < 0x100 ? `\\x${hexadecimal(sign, 2)}` : `\\u${hexadecimal(sign, 4)}`;
}

function hexadecimal(sign: string, digits: number): string {
  return sign.charCodeAt(0).toString(16).padStart(digits, "0");
}
