// Pixels as PNG data URLs, by a codec that gives the same bytes in Node and in a browser.
import { zlibSync } from "fflate";
import { toBase64 } from "./base64.js";
import type { ImageGridFigure } from "./figure.js";

type Image = Pick<ImageGridFigure["images"][number], "width" | "height" | "channels" | "pixels">;

/** A PNG, each pixel of the image drawn `times` by `times`, as a `data:` URL. */
export function imagePng(image: Image, times = 1, timesDown: number = times): string {
  return `data:image/png;base64,${toBase64(encode(image, times, timesDown))}`;
}

/** Rows of colours `#rrggbb` as a PNG. */
export function rgbPng(rows: readonly (readonly string[])[], times: number, timesDown: number): string {
  const pixels = Uint8Array.from(
    rows.flatMap((row) =>
      row.flatMap((c) => [1, 3, 5].map((at) => Number.parseInt(c.slice(at, at + 2), 16))),
    ),
  );
  return imagePng({ width: rows[0]!.length, height: rows.length, channels: 3, pixels }, times, timesDown);
}

const colourTypes = { 1: 0, 3: 2, 4: 6 } as const;

// The format: W3C Portable Network Graphics (Third Edition), sections 5 and 11.
function encode({ width, height, channels, pixels }: Image, times: number, timesDown: number): Uint8Array {
  const stride = width * times * channels + 1;
  const raw = new Uint8Array(stride * height * timesDown);
  for (let y = 0; y < height; y++) {
    const row = raw.subarray(y * timesDown * stride, (y * timesDown + 1) * stride);
    for (let x = 0; x < width * times; x++) {
      const from = (y * width + Math.floor(x / times)) * channels;
      for (let c = 0; c < channels; c++) row[1 + x * channels + c] = pixels[from + c]!;
    }
    for (let copy = 1; copy < timesDown; copy++) raw.set(row, (y * timesDown + copy) * stride);
  }
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width * times);
  view.setUint32(4, height * timesDown);
  header.set([8, colourTypes[channels], 0, 0, 0], 8);
  const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
  const chunks = [
    signature,
    chunk("IHDR", header),
    chunk("IDAT", zlibSync(raw, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  ];
  const file = new Uint8Array(chunks.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of chunks) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  for (let at = 0; at < 4; at++) bytes[4 + at] = type.charCodeAt(at);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
