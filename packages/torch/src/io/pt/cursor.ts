import { view } from "../../files/bytes.js";
import type { Refuse } from "../../files/refuse.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const longestLine = 1024;
const longestInteger = 1024;

/** Reads the arguments of pickle instructions, never beyond the end. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #fields: DataView;
  readonly #refuse: Refuse;
  #at = 0;

  constructor(bytes: Uint8Array, refuse: Refuse) {
    this.#bytes = bytes;
    this.#fields = view(bytes);
    this.#refuse = refuse;
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    return this.#fields.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#fields.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#fields.getUint32(this.#take(4), true);
  }

  i32(): number {
    return this.#fields.getInt32(this.#take(4), true);
  }

  u64(): number {
    return Number(this.#fields.getBigUint64(this.#take(8), true));
  }

  /** The only big-endian number in a pickle. */
  f64(): number {
    return this.#fields.getFloat64(this.#take(8), false);
  }

  /** A two's complement integer of `length` bytes; a bigint where a number would round. */
  integer(length: number): number | bigint {
    if (length > longestInteger)
      throw this.#refuse(
        "limit",
        `its pickle holds an integer of ${length} bytes; at most ${longestInteger} are accepted`,
      );
    const start = this.#take(length);
    if (length === 0) return 0;
    const hex = Buffer.from(this.#bytes.subarray(start, start + length))
      .reverse()
      .toString("hex");
    const value = BigInt.asIntN(8 * length, BigInt(`0x${hex}`));
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return new Uint8Array(this.#bytes.subarray(start, start + length));
  }

  text(length: number): string {
    const start = this.#take(length);
    try {
      return utf8.decode(this.#bytes.subarray(start, start + length));
    } catch (cause) {
      throw this.#refuse("format", `its pickle holds text that is not valid UTF-8, at byte ${start}`, cause);
    }
  }

  /** Text up to the next line feed, which is consumed. */
  line(): string {
    const length = this.#bytes.subarray(this.#at, this.#at + longestLine).indexOf(0x0a);
    if (length < 0)
      throw this.#refuse("format", `its pickle holds an unterminated name, at byte ${this.#at}`);
    const text = this.text(length);
    this.#at++;
    return text;
  }

  #take(length: number): number {
    if (length > this.remaining) {
      throw this.#refuse(
        "truncated",
        `its pickle ends at byte ${this.#bytes.length}, within an instruction at byte ${this.#at}`,
      );
    }
    const start = this.#at;
    this.#at += length;
    return start;
  }
}
