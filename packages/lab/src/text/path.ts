import { relative, resolve } from "node:path";
import { visibleLine } from "./visible.js";

/** A path relative to the current folder, on one line; absolute if it lies outside. */
export function shownPath(path: string): string {
  const here = relative(process.cwd(), resolve(path));
  return visibleLine(here === "" ? "." : here.startsWith("..") ? resolve(path) : here);
}
