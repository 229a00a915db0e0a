// Names that nobody has typed, of files that are not there yet: what is there is never written over.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * The first of `stem`, `stem-2`, `stem-3` … with which nothing is there.
 * @param endings such as `.svg`, of the files that will be made; by default there is one, without
 */
export function freshPath(stem: string, endings: readonly string[] = [""]): string {
  for (let number = 1; ; number++) {
    const path = number === 1 ? stem : `${stem}-${number}`;
    if (!endings.some((ending) => existsSync(path + ending))) return path;
  }
}

/** A name in `folder` under which `saveFigure` writes over nothing: `name`, `name-2` … */
export function freshFigure(folder: string, name: string): string {
  return basename(freshPath(join(folder, name), [".svg", ".png", ".json"]));
}
