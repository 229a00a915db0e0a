import type { Refuse } from "../../files/refuse.js";
import { checkRaw, type RawTensor } from "../raw.js";
import { typeString } from "./dtypes.js";

// NumPy leaves room for the first size to grow to this many digits, so that a file can be appended to.
const growthDigits = 21;

/**
 * Header and elements of an .npy file, version 1.0, byte for byte as `numpy.save` writes it.
 * @throws io/dtype for bfloat16, io/format if `bytes` does not fit dtype and shape
 */
export function npyChunks(raw: RawTensor, refuse: Refuse): [header: Uint8Array, elements: Uint8Array] {
  const { dtype, shape, bytes } = raw;
  checkRaw({ dtype, shape, bytes }, refuse);
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const spare = shape.length > 0 ? Math.max(growthDigits - String(shape[0]).length, 0) : 0;
  const facts = `{'descr': '${typeString(dtype, refuse)}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const filled = 10 + facts.length + spare + 1;
  const total = Math.ceil(filled / 64) * 64;
  const header = Buffer.alloc(total, " ", "latin1");
  header.write("\x93NUMPY\x01\x00", "latin1");
  header.writeUInt16LE(total - 10, 8);
  header.write(facts, 10, "latin1");
  header[total - 1] = 0x0a;
  return [header, bytes];
}
