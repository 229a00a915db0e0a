import { isWellFormed } from "../../files/bytes.js";
import { quote, type Refuse } from "../../files/refuse.js";

/**
 * Reads the JSON of a header piece by piece. The header has a fixed depth, so there is no recursion; unlike
 * `JSON.parse`, it notices repeated keys.
 */
export class Scanner {
  readonly #text: string;
  readonly #refuse: Refuse;
  #at = 0;

  constructor(text: string, refuse: Refuse) {
    this.#text = text;
    this.#refuse = refuse;
  }

  /** Takes `symbol` if it comes next. */
  accept(symbol: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#at] !== symbol) return false;
    this.#at++;
    return true;
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.#unexpected(quote(symbol));
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#unexpected("the end");
  }

  string(): string {
    this.#skipSpace();
    const start = this.#at;
    if (this.#text[start] !== '"') throw this.#unexpected("a string");
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === "\\" ? 2 : 1;
    const value = this.#decode(start, end + 1);
    this.#at = end + 1;
    return value;
  }

  /** A whole number from 0 to 2⁵³−1. */
  integer(): number {
    this.#skipSpace();
    const digits = /(?:0|[1-9][0-9]{0,19})(?![0-9.eE])/y;
    digits.lastIndex = this.#at;
    const value = Number(digits.exec(this.#text)?.[0]);
    if (!Number.isSafeInteger(value)) throw this.#unexpected("a whole number below 2^53");
    this.#at = digits.lastIndex;
    return value;
  }

  /** `{ "key": …, … }`; `entry` reads the value. */
  object(entry: (key: string) => void): void {
    this.expect("{");
    if (this.accept("}")) return;
    do {
      const key = this.string();
      this.expect(":");
      entry(key);
    } while (this.accept(","));
    this.expect("}");
  }

  /** `[1, 2, …]`, at most `longest` of them. */
  integers(longest: number): number[] {
    this.expect("[");
    const values: number[] = [];
    if (this.accept("]")) return values;
    do {
      if (values.length === longest) throw this.#unexpected(`at most ${longest} numbers in a list`);
      values.push(this.integer());
    } while (this.accept(","));
    this.expect("]");
    return values;
  }

  #decode(start: number, end: number): string {
    try {
      const value: unknown = JSON.parse(this.#text.slice(start, end));
      if (typeof value === "string" && isWellFormed(value)) return value;
    } catch {}
    throw this.#refuse("format", `the header holds a malformed string at character ${start}`);
  }

  #skipSpace(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    }
  }

  #unexpected(wanted: string): Error {
    const found = this.#at < this.#text.length ? quote(this.#text[this.#at]!) : "the end";
    return this.#refuse(
      "format",
      `the header has ${found} at character ${this.#at} where ${wanted} was expected`,
    );
  }
}
