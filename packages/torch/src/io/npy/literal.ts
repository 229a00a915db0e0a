import { quote, type Refuse } from "../../files/refuse.js";

/** The three entries of an .npy header. */
export interface HeaderFacts {
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/**
 * Parses the Python dict literal `{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }`. It has these three keys, once each and in
 * any order; no other Python syntax is accepted.
 * @throws io/format with the position; io/dtype for a structured dtype
 */
export function parseLiteral(text: string, refuse: Refuse): HeaderFacts {
  const cursor = new Cursor(text, refuse);
  const found: { descr?: string; fortran_order?: boolean; shape?: number[] } = {};
  cursor.expect("{");
  while (!cursor.accept("}")) {
    const key = cursor.string();
    cursor.expect(":");
    if (Object.hasOwn(found, key)) throw refuse("format", `the header has the key ${quote(key)} twice`);
    if (key === "descr") found.descr = cursor.descr();
    else if (key === "fortran_order") found.fortran_order = cursor.boolean();
    else if (key === "shape") found.shape = cursor.tuple();
    else
      throw refuse(
        "format",
        `the header has the key ${quote(key)}; descr, fortran_order and shape are accepted`,
      );
    if (!cursor.accept(",")) cursor.peek("}");
  }
  cursor.end();
  const { descr, fortran_order: fortranOrder, shape } = found;
  if (descr === undefined || fortranOrder === undefined || shape === undefined) {
    throw refuse("format", "the header lacks one of descr, fortran_order and shape");
  }
  return { descr, fortranOrder, shape };
}

class Cursor {
  readonly #text: string;
  readonly #refuse: Refuse;
  #at = 0;

  constructor(text: string, refuse: Refuse) {
    this.#text = text;
    this.#refuse = refuse;
  }

  accept(symbol: string): boolean {
    return (
      this.#match(/\s*/y, false) !== undefined &&
      this.#text.startsWith(symbol, this.#at) &&
      this.#step(symbol.length)
    );
  }

  expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.#unexpected(quote(symbol));
  }

  peek(symbol: string): void {
    this.expect(symbol);
    this.#at -= symbol.length;
  }

  string(): string {
    const quoted = this.#match(/'[^'\\\n]*'|"[^"\\\n]*"/y, true);
    if (quoted === undefined) throw this.#unexpected("a string");
    return quoted.slice(1, -1);
  }

  boolean(): boolean {
    const word = this.#match(/True|False/y, true);
    if (word === undefined) throw this.#unexpected("True or False");
    return word === "True";
  }

  descr(): string {
    if (this.accept("[") || this.accept("(")) {
      throw this.#refuse("dtype", "has a structured dtype; save each field as an array of its own");
    }
    return this.string();
  }

  tuple(): number[] {
    const sizes: number[] = [];
    this.expect("(");
    while (!this.accept(")")) {
      sizes.push(this.#integer());
      // A tuple of one element needs its comma: (3) would be a number.
      if (sizes.length === 1) this.expect(",");
      else if (!this.accept(",")) this.peek(")");
    }
    return sizes;
  }

  end(): void {
    this.accept("");
    if (this.#at < this.#text.length) throw this.#unexpected("the end");
  }

  // Python 2 wrote sizes as 3L.
  #integer(): number {
    const digits = this.#match(/(?:0|[1-9][0-9]{0,19})(?=L?[,)\s])L?/y, true);
    const value = Number(digits?.replace("L", ""));
    if (!Number.isSafeInteger(value)) throw this.#unexpected("a whole number below 2^53");
    return value;
  }

  #match(pattern: RegExp, skipSpace: boolean): string | undefined {
    if (skipSpace) this.accept("");
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #step(length: number): true {
    this.#at += length;
    return true;
  }

  #unexpected(wanted: string): Error {
    const found = this.#at < this.#text.length ? quote(this.#text[this.#at]!) : "the end";
    return this.#refuse(
      "format",
      `the header has ${found} at character ${this.#at} where ${wanted} was expected`,
    );
  }
}
