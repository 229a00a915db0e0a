// NumPy's arrays of text: elements of one width, padded with zeros.
import { view } from "../../files/bytes.js";
import type { Refuse } from "../../files/refuse.js";
import { byteLength, showShape } from "../raw.js";
import { columnMajor, gather } from "../strided.js";
import { type NpyFacts, parseNpyFacts } from "./header.js";

/** An array of text. */
export interface NpyTexts {
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly values: readonly string[];
}

/** Size of an element in bytes if the dtype is one of text, such as `'<U5'` (UCS-4) or `'|S3'` (bytes). */
export function textWidth(descr: string): number | undefined {
  const [, kind, digits] = /^[<>|=]([US])([1-9]\d{0,6})$/.exec(descr) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits) * (kind === "U" ? 4 : 1);
}

/** Reads an .npy file of text. @throws io/dtype if its elements are no text; io/truncated, io/format */
export function parseNpyTexts(bytes: Uint8Array, refuse: Refuse): NpyTexts {
  const facts = parseNpyFacts(bytes, refuse);
  const { descr, shape, dataStart, fortranOrder } = facts;
  const width = widthOf(facts, refuse);
  const size = byteLength(shape, width, refuse);
  if (bytes.length !== dataStart + size) {
    throw refuse(
      bytes.length < dataStart + size ? "truncated" : "format",
      `an array of shape ${showShape(shape)} takes ${size} bytes, but ${bytes.length - dataStart} follow the header`,
    );
  }
  const stored = bytes.subarray(dataStart);
  const rows = fortranOrder
    ? gather(stored, width, shape, columnMajor(shape), 0, (length) => new Uint8Array(length))
    : stored;
  const decode = descr[1] === "U" ? wide(descr[0] === ">", refuse) : narrow;
  const count = size / width;
  const values = Array.from({ length: count }, (_, i) => decode(rows.subarray(i * width, (i + 1) * width)));
  return { shape, values };
}

function widthOf({ descr }: NpyFacts, refuse: Refuse): number {
  const width = textWidth(descr);
  if (width === undefined)
    throw refuse("dtype", `has the dtype '${descr}'; text ('U' or 'S') is accepted here`);
  return width;
}

function wide(isBig: boolean, refuse: Refuse): (element: Uint8Array) => string {
  return (element) => {
    const words = view(element);
    let text = "";
    for (let at = 0; at < element.length; at += 4) {
      const code = words.getUint32(at, !isBig);
      if (code > 0x10ffff) throw refuse("format", `has a character ${code}, which Unicode does not have`);
      text += String.fromCodePoint(code);
    }
    return text.replace(/\0+$/, "");
  };
}

function narrow(element: Uint8Array): string {
  return Buffer.from(element.buffer, element.byteOffset, element.length).toString("utf8").replace(/\0+$/, "");
}
