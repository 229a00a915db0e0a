// Messages of Protocol Buffers, taken apart; shares nothing with what writes them.

/** Fields of a message by number, each with its values in order: bigint, number or bytes. */
export type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** Takes a protobuf message apart. */
export function fields(bytes: Buffer): Fields {
  const found = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    for (let value = 0n, shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value += BigInt(byte % 128) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error("a field is longer than its message");
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key % 8;
    const value =
      wire === 0
        ? varint()
        : wire === 1
          ? take(8)
          : wire === 5
            ? take(4)
            : wire === 2
              ? take(Number(varint()))
              : undefined;
    if (value === undefined) throw new Error(`wire type ${wire}`);
    const list = found.get(key >> 3) ?? [];
    list.push(value);
    found.set(key >> 3, list);
  }
  return found;
}
