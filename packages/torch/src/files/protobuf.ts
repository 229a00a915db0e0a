// Messages of Protocol Buffers, written field by field; what ONNX and TensorBoard files are made of.

const [VARINT, EIGHT_BYTES, LENGTH, FOUR_BYTES] = [0, 1, 2, 5];

/**
 * One message. Fields are written in the order of the calls; a default value is written like any other.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class ProtoMessage {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  /** A whole number as int32, int64, bool or enum. @param value a safe integer or a bigint of 64 bits */
  int(field: number, value: number | bigint): this {
    return this.#key(field, VARINT).#add(varint(value));
  }

  double(field: number, value: number): this {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeDoubleLE(value);
    return this.#key(field, EIGHT_BYTES).#add(bytes);
  }

  float(field: number, value: number): this {
    const bytes = Buffer.allocUnsafe(4);
    bytes.writeFloatLE(value);
    return this.#key(field, FOUR_BYTES).#add(bytes);
  }

  /** Text, as UTF-8, or bytes, which are not copied. */
  bytes(field: number, value: string | Uint8Array): this {
    const bytes = typeof value === "string" ? Buffer.from(value) : value;
    return this.#key(field, LENGTH).#add(varint(bytes.length)).#add(bytes);
  }

  /** A message within this one. */
  message(field: number, inner: ProtoMessage): this {
    this.#key(field, LENGTH).#add(varint(inner.#length));
    for (const part of inner.#parts) this.#add(part);
    return this;
  }

  /** A repeated field of whole numbers, packed. */
  ints(field: number, values: readonly (number | bigint)[]): this {
    return this.bytes(field, Buffer.concat(values.map(varint)));
  }

  /** A repeated field of float32, packed. */
  floats(field: number, values: readonly number[]): this {
    const bytes = Buffer.allocUnsafe(4 * values.length);
    for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i);
    return this.bytes(field, bytes);
  }

  /** The parts of the encoded message, in order. */
  get chunks(): readonly Uint8Array[] {
    return this.#parts;
  }

  /** The encoded message in one piece. */
  finish(): Uint8Array {
    return Buffer.concat(this.#parts, this.#length);
  }

  #key(field: number, wire: number): this {
    return this.#add(varint(field * 8 + wire));
  }

  #add(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }
}

/** Seven bits a byte, the lowest first; a negative number takes ten bytes, as two's complement. */
function varint(value: number | bigint): Uint8Array {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
