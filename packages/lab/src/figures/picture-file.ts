// Figures that a command draws into files.
import { writeFileSync } from "node:fs";
import { dirname, extname } from "node:path";
import { makeFolder } from "@throughline/torch/files";
import { FigureError } from "./errors.js";
import type { Figure } from "./figure.js";
import { renderPng } from "./png.js";
import { renderSvg } from "./svg.js";

/** Refuses names that are no pictures. @throws FigureError figure/name */
export function checkPicture(out: string | undefined): void {
  if (out !== undefined && ![".svg", ".png", ""].includes(extname(out).toLowerCase()))
    throw new FigureError("name", `--out ${out}: figures are .svg or .png`);
}

/**
 * Writes a figure where it was asked for, as SVG or PNG by its ending, or as both: without an ending, or at the `usual` place if
 * nothing was asked for. @returns the paths
 */
export async function writePicture(
  figure: Figure,
  out: string | undefined,
  usual: string,
): Promise<string[]> {
  checkPicture(out);
  const target = out ?? usual;
  const kind = extname(target).toLowerCase();
  const stem = target.slice(0, target.length - kind.length);
  const svg = await renderSvg(figure);
  makeFolder(dirname(target));
  const paths: string[] = [];
  const put = (path: string, content: string | Uint8Array) => {
    writeFileSync(path, content);
    paths.push(path);
  };
  if (kind !== ".png") put(`${stem}.svg`, svg);
  if (kind === ".png" || out === undefined || kind === "") put(`${stem}.png`, await renderPng(svg));
  return paths;
}
