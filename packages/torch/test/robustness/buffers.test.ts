// Buffers that change while they are read: a shape with a getter can resize, detach or transfer what is being copied.
import { fromBytes, fromTypedArray, scope, TorchError } from "@throughline/torch";
import { expect, test } from "vitest";

/** A shape of one dimension whose size is asked for by running `then`. */
function shapeThat(size: number, then: () => void): number[] {
  const shape = [0];
  Object.defineProperty(shape, 0, {
    get() {
      then();
      return size;
    },
  });
  return shape;
}

const refused = (body: () => unknown): void => {
  expect(() => scope(body)).toThrow(TorchError);
  expect(() => scope(body)).toThrow(/the shape needs \d+ bytes, the buffer holds 0/);
};

const resizable = (bytes: number): ArrayBuffer & { resize(length: number): void } =>
  new (ArrayBuffer as unknown as new (length: number, options: object) => never)(bytes, {
    maxByteLength: bytes,
  });

test("a buffer that shrinks", () =>
  refused(() => {
    const buffer = resizable(2 ** 26);
    return fromBytes(
      buffer,
      shapeThat(2 ** 26, () => buffer.resize(0)),
      "uint8",
    );
  }));

test("a view whose buffer shrinks below it", () =>
  refused(() => {
    const buffer = resizable(2 ** 20);
    const bytes = new Uint8Array(buffer, 2 ** 19, 2 ** 19);
    return fromTypedArray(
      bytes,
      shapeThat(2 ** 19, () => buffer.resize(8)),
    );
  }));

test("a DataView beyond the end", () =>
  refused(() => {
    const buffer = resizable(64);
    const view = new DataView(buffer, 8, 56);
    buffer.resize(16);
    return fromBytes(view, [56], "uint8");
  }));

for (const make of [(buffer: ArrayBuffer) => buffer, (buffer: ArrayBuffer) => new Float32Array(buffer)]) {
  test(`a ${make(new ArrayBuffer(4)).constructor.name} that is transferred away`, () =>
    refused(() => {
      const buffer = new ArrayBuffer(2 ** 20);
      const give = (): void =>
        void structuredClone(buffer, { transfer: buffer.byteLength === 0 ? [] : [buffer] });
      return fromBytes(make(buffer), shapeThat(2 ** 18, give), "float32");
    }));
}

test("a view that follows its buffer is read as long as it is by then", () => {
  const buffer = resizable(64);
  const bytes = new Uint8Array(buffer);
  bytes.set([1, 2, 3, 4, 5, 6, 7, 8]);
  const sum = scope(() =>
    fromBytes(
      bytes,
      shapeThat(8, () => buffer.resize(8)),
      "uint8",
    )
      .sum()
      .item(),
  );
  expect(sum).toBe(36);
});

test("memory that several threads share", () => {
  const bytes = new Uint8Array(new SharedArrayBuffer(4));
  bytes.fill(2);
  expect(scope(() => fromBytes(bytes, [4], "uint8").sum().item())).toBe(8);
});
