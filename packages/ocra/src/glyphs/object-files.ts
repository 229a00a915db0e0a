// Objects of the user's own: a folder of pictures, or an array in an .npy file.
import { readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { io, scope, TorchError } from "@throughline/torch";
import { OcraDataError } from "../datasets/errors.js";
import { objectSize, stretched } from "./fit.js";
import { type ObjectSet, objectPixels } from "./objects.js";
import { greyOf, isPictureName, pictureEndings, readPicture } from "./picture-file.js";
import { crop, inkBox } from "./raster.js";

/**
 * Grey level from which a pixel counts as background when a picture is cut to its ink; compressed pictures have pale
 * greys there.
 */
const paper = 250;
/** Fewer cannot even differ. */
const fewest = 2;
/** Largest number of equal or blank objects that are named. */
const mostNamed = 10;
const byNumber = new Intl.Collator("en", { numeric: true });

/** Endings of the files of a folder that are objects. */
const endings: readonly string[] = [...pictureEndings, ".npy"];

/**
 * Objects from files, no two of them alike pixel for pixel, none blank.
 * - a folder: every picture in it, dark on white, by file name (2 before 10); each is cut to what is darker than paper and
 *   stretched to 30 × 30 within one pixel of white, as our glyphs are; every `.npy` of it with an array [32, 32], as it is;
 * - an `.npy` file with an array [N, 32, 32] of uint8, 0 ink and 255 paper, such as the paper's
 *   `art_objects_resizedcropped.npy`: taken as it is.
 * @throws OcraDataError ocra/objects or ocra/files; with all problems at once
 */
export function readObjects(path: string): ObjectSet {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) refuse(path, "does not exist; give a folder of pictures or an .npy file");
  if (kind.isDirectory()) return checked(path, folderObjects(path));
  if (extname(path) === ".npy") return checked(path, arrayObjects(path));
  refuse(path, "is neither a folder of pictures nor an .npy file");
}

function folderObjects(folder: string): ObjectSet {
  const files = readdirSync(folder)
    .filter((file) => isPictureName(file) || (extname(file) === ".npy" && !file.startsWith(".")))
    .sort(byNumber.compare);
  if (files.length < fewest) {
    refuse(
      folder,
      `has ${files.length} pictures (${endings.join(" ")}); at least ${fewest} objects are needed`,
    );
  }
  const problems: string[] = [];
  const pixels = new Uint8Array(files.length * objectSize ** 2);
  for (const [at, file] of files.entries()) {
    try {
      const path = join(folder, file);
      const isArray = extname(file) === ".npy";
      pixels.set(
        isArray ? arrayPixels(path, [objectSize, objectSize]) : pictureObject(path),
        at * objectSize ** 2,
      );
    } catch (error) {
      if (!(error instanceof OcraDataError || error instanceof TorchError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new OcraDataError("objects", problems.join("\n"));
  return { names: files.map((file) => basename(file, extname(file))), pixels };
}

/** Equal objects would make problems whose answer is wrong, and of blank ones there is nothing to see. */
function checked(path: string, objects: ObjectSet): ObjectSet {
  const { names } = objects;
  const problems: string[] = [];
  const seen = new Map<string, string>();
  for (const [at, name] of names.entries()) {
    const pixels = objectPixels(objects, at);
    const key = Buffer.from(pixels).toString("latin1");
    const same = seen.get(key);
    if (pixels.every((value) => value >= paper))
      problems.push(`${path}: ${name} is blank; objects are dark on white`);
    else if (same === undefined) seen.set(key, name);
    else problems.push(`${path}: ${same} and ${name} are the same object; objects must differ`);
  }
  if (problems.length === 0) return objects;
  const more = problems.length > mostNamed ? [`… and ${problems.length - mostNamed} more like these`] : [];
  throw new OcraDataError("objects", [...problems.slice(0, mostNamed), ...more].join("\n"));
}

function pictureObject(path: string): Uint8Array {
  const grey = greyOf(readPicture(path));
  const box = inkBox(grey, paper);
  if (box === null) refuse(path, "is blank; objects are dark on white");
  return stretched(crop(grey, box));
}

function arrayObjects(path: string): ObjectSet {
  const pixels = arrayPixels(path, ["N", objectSize, objectSize]);
  const count = pixels.length / objectSize ** 2;
  return { names: Array.from({ length: count }, (_, at) => `object ${at}`), pixels };
}

/** The numbers of an array of uint8. @param shape where N is, there are at least two */
function arrayPixels(path: string, shape: readonly (number | "N")[]): Uint8Array {
  return scope(() => {
    const array = io.loadNpy(path);
    const fits =
      array.ndim === shape.length &&
      shape.every((size, at) => (size === "N" ? array.size(at) >= fewest : array.size(at) === size));
    if (array.dtype !== "uint8" || !fits) {
      const atLeast = shape.includes("N") ? `, N at least ${fewest}` : "";
      refuse(
        path,
        `holds ${array.dtype} [${array.shape.join(", ")}]; accepted: uint8 [${shape.join(", ")}]${atLeast}`,
      );
    }
    return array.toTypedArray() as Uint8Array;
  });
}

function refuse(path: string, reason: string): never {
  throw new OcraDataError("objects", `${path} ${reason}`);
}
