// Quoting of text that is to be pasted into a shell.
import { visibleLine } from "./visible.js";

/** Words that a shell takes as they are. */
const PLAIN = /^[A-Za-z0-9_./:,@%+][A-Za-z0-9_./:,@%+=-]*$|^-{1,2}[A-Za-z0-9][A-Za-z0-9._=/:,@%+-]*$/;

/**
 * One word of a command line as a POSIX shell reads it back: `cell-1` as it is, `'a;touch X'` in quotes. Control characters
 * are written as POSIX.1-2024 has them, `$'a\033[2J'`, which bash, zsh and ksh know.
 */
export function shellQuote(word: string): string {
  if (PLAIN.test(word)) return word;
  return isObeyed(word) ? dollarQuote(word) : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A command line of these words, each quoted where it must be. */
export function commandLine(...words: readonly string[]): string {
  return words.map(shellQuote).join(" ");
}

/** True if it has control characters that a terminal would act on. */
function isObeyed(text: string): boolean {
  return visibleLine(text) !== text;
}

function dollarQuote(word: string): string {
  const parts = Array.from(word, (sign) => {
    if (sign === "'" || sign === "\\") return `\\${sign}`;
    if (!isObeyed(sign)) return sign;
    return Array.from(Buffer.from(sign), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  });
  return `$'${parts.join("")}'`;
}
