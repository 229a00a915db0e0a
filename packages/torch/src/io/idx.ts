// The idx format of the MNIST files: a type, the size of each dimension, then the elements, all big-endian.
import type { DType } from "../dtype.js";
import { itemSize } from "../dtype.js";
import { swapBytes, view } from "../files/bytes.js";
import type { Tensor } from "../tensor/index.js";
import { byteLength, type RawTensor, showShape } from "./raw.js";
import { type ByteSource, withFile } from "./source.js";
import { type DeviceOptions, fromRaw } from "./tensors.js";

const types: ReadonlyMap<number, DType> = new Map([
  [0x08, "uint8"],
  [0x09, "int8"],
  [0x0b, "int16"],
  [0x0c, "int32"],
  [0x0d, "float32"],
  [0x0e, "float64"],
]);

/**
 * Reads the array in an idx file, such as those of MNIST. The file must not be compressed: decompress `.gz` files before.
 * @returns a tensor of the file's dtype and shape; of MNIST's pictures uint8 [N, 28, 28]
 * @throws TorchError `io/open`, `io/truncated`; `io/format`, also for bytes after the array.
 *   Source: Yann LeCun, "The MNIST database", section "File formats"
 */
export function loadIdx(path: string, options: DeviceOptions = {}): Tensor {
  return withFile(path, "loadIdx", (source) => fromRaw(readIdx(source), options.device));
}

function readIdx(source: ByteSource): RawTensor {
  const { refuse, size } = source;
  if (size < 4) throw refuse("truncated", `has ${size} bytes, too few for an idx header`);
  const [zero, alsoZero, type = 0, rank = 0] = source.read(0, 4);
  if (zero !== 0 || alsoZero !== 0) {
    const gzip = zero === 0x1f && alsoZero === 0x8b ? " (it is compressed by gzip: unpack it)" : "";
    throw refuse("format", `does not start with two zero bytes; this is not an idx file${gzip}`);
  }
  const dtype = types.get(type);
  if (dtype === undefined) {
    throw refuse("format", `its elements are of type ${type}; ${[...types.keys()].join(", ")} are known`);
  }
  const header = source.read(4, 4 * rank);
  const shape = Array.from({ length: rank }, (_, i) => view(header).getUint32(4 * i));
  const start = 4 + 4 * rank;
  const length = byteLength(shape, itemSize(dtype), refuse);
  if (size !== start + length) {
    throw refuse(
      size < start + length ? "truncated" : "format",
      `has ${size - start} bytes after its header, and an array of shape ${showShape(shape)} takes ${length}`,
    );
  }
  return { dtype, shape, bytes: swapBytes(source.read(start, length), itemSize(dtype)) };
}
