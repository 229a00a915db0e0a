// Pictures in files: PNG, JPEG, WebP, GIF, as pixels.
import { extname } from "node:path";
import { crc32 } from "node:zlib";
import { readBytes } from "@throughline/torch/files";
import { OcraDataError } from "../datasets/errors.js";
import { canvas } from "./fonts.js";
import type { Raster } from "./raster.js";

/** Endings of the files that are read as pictures. */
export const pictureEndings: readonly string[] = [".png", ".jpg", ".jpeg", ".webp", ".gif"];

/** True if a file's name is that of a picture. */
export function isPictureName(name: string): boolean {
  return pictureEndings.includes(extname(name).toLowerCase()) && !name.startsWith(".");
}

/** Colours of a picture, 0 to 255. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4]: red, green, blue and 255: what was transparent lies on white. */
  readonly rgba: Uint8ClampedArray;
}

/** Pixels of a picture's side that are accepted at most. */
const largest = 8192;

/** @throws OcraDataError ocra/files, one sentence that names the file */
export function readPicture(path: string): Picture {
  const bytes = bytesOf(path);
  if (isPng(bytes)) checkPng(bytes, path);
  const image = new (canvas().Image)();
  image.onerror = () => {}; // without a listener, the canvas throws what the width tells as well
  try {
    image.src = bytes;
  } catch {
    refuse(path, "is not a readable picture");
  }
  const { width, height } = image;
  if (!(width > 0 && height > 0))
    refuse(path, `is not a readable picture; accepted: ${pictureEndings.join(" ")}`);
  if (Math.max(width, height) > largest)
    refuse(path, `is ${width} × ${height}; at most ${largest} × ${largest} are accepted`);
  const context = canvas().createCanvas(width, height).getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, width, height);
  context.drawImage(image, 0, 0);
  return { width, height, rgba: context.getImageData(0, 0, width, height).data };
}

/** Brightness: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601, as Pillow's "L"). */
export function greyOf({ width, height, rgba }: Picture): Raster {
  const pixels = new Uint8Array(width * height);
  for (let at = 0; at < pixels.length; at++) {
    const [red, green, blue] = [rgba[4 * at]!, rgba[4 * at + 1]!, rgba[4 * at + 2]!];
    pixels[at] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return { width, height, pixels };
}

function bytesOf(path: string): Buffer {
  try {
    return Buffer.from(readBytes(path).buffer as ArrayBuffer);
  } catch (cause) {
    throw new OcraDataError("files", (cause as Error).message, { cause });
  }
}

function isPng(bytes: Buffer): boolean {
  return bytes.length >= 8 && bytes.readUInt32BE(0) === 0x89504e47;
}

/** Skia draws what it can of a damaged PNG and says nothing, so each chunk's checksum is looked at first. */
function checkPng(bytes: Buffer, path: string): void {
  for (let at = 8; ; ) {
    if (at + 12 > bytes.length) refuse(path, "is cut short");
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) refuse(path, "is cut short");
    if (crc32(bytes.subarray(at + 4, end)) !== bytes.readUInt32BE(end)) refuse(path, "is damaged");
    if (bytes.toString("latin1", at + 4, at + 8) === "IEND") return;
    at = end + 4;
  }
}

function refuse(path: string, reason: string): never {
  throw new OcraDataError("files", `${path} ${reason}`);
}
