// Objects of the user's own: a folder of pictures, or an array in an .npy file.
import { readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { io, scope } from "@throughline/torch";
import { OcraDataError } from "../datasets/errors.js";
import { objectSize, stretched } from "./fit.js";
import type { ObjectSet } from "./objects.js";
import { greyOf, isPictureName, pictureEndings, readPicture } from "./picture-file.js";
import { crop, inkBox } from "./raster.js";

/** What counts as paper when a picture is cut to its ink: the palest grey of compressed pictures too. */
const paper = 250;
/** Fewer cannot even differ. */
const fewest = 2;

/**
 * Objects from files.
 * - a folder: every picture in it, dark on white, by file name; each is cut to what is darker than paper and stretched to
 *   30 × 30 within one pixel of white, as our glyphs are;
 * - an `.npy` file with an array [N, 32, 32] of uint8, 0 ink and 255 paper, such as the paper's
 *   `art_objects_resizedcropped.npy`: taken as it is.
 * @throws OcraDataError ocra/objects or ocra/files; for a folder, with all its problems at once
 */
export function readObjects(path: string): ObjectSet {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) refuse(path, "does not exist; give a folder of pictures or an .npy file");
  if (kind.isDirectory()) return folderObjects(path);
  if (extname(path) === ".npy") return arrayObjects(path);
  refuse(path, "is neither a folder of pictures nor an .npy file");
}

function folderObjects(folder: string): ObjectSet {
  const files = readdirSync(folder).filter(isPictureName).sort();
  if (files.length < fewest) {
    const endings = pictureEndings.join(" ");
    refuse(folder, `has ${files.length} pictures (${endings}); at least ${fewest} objects are needed`);
  }
  const problems: string[] = [];
  const pixels = new Uint8Array(files.length * objectSize ** 2);
  for (const [at, file] of files.entries()) {
    try {
      pixels.set(pictureObject(join(folder, file)), at * objectSize ** 2);
    } catch (error) {
      if (!(error instanceof OcraDataError)) throw error;
      problems.push(error.message);
    }
  }
  if (problems.length > 0) throw new OcraDataError("objects", problems.join("\n"));
  return { names: files.map((file) => basename(file, extname(file))), pixels };
}

function pictureObject(path: string): Uint8Array {
  const grey = greyOf(readPicture(path));
  const box = inkBox(grey, paper);
  if (box === null) refuse(path, "is blank; objects are dark on white");
  return stretched(crop(grey, box));
}

function arrayObjects(path: string): ObjectSet {
  return scope(() => {
    const array = io.loadNpy(path);
    const [count, height, width, ...more] = array.shape;
    const fits = height === objectSize && width === objectSize && more.length === 0;
    if (array.dtype !== "uint8" || !fits || count! < fewest) {
      const found = `${array.dtype} [${array.shape.join(", ")}]`;
      refuse(
        path,
        `holds ${found}; objects are uint8 [N, ${objectSize}, ${objectSize}], N at least ${fewest}`,
      );
    }
    const pixels = array.toTypedArray() as Uint8Array;
    return { names: Array.from({ length: count! }, (_, at) => `object ${at}`), pixels };
  });
}

function refuse(path: string, reason: string): never {
  throw new OcraDataError("objects", `${path} ${reason}`);
}
