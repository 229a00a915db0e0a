// Figures as files.
import { join } from "node:path";
import { makeFolder, writeAtomic } from "../files/disk.js";
import { FigureError } from "./errors.js";
import type { Figure } from "./figure.js";
import { figureToJson } from "./json.js";
import { renderPng } from "./png.js";
import { renderSvg } from "./svg.js";

/**
 * Writes `name.svg`, `name.png` and `name.json` (the figure's data) into a folder, which is made if need be. Each file
 * is replaced as a whole or not at all; nothing is written for a figure that cannot be drawn.
 * @returns the paths, in this order.
 * @throws FigureError for a figure that cannot be drawn or a bad name, LabError lab/disk
 */
export async function saveFigure(directory: string, name: string, figure: Figure): Promise<string[]> {
  if (name === "" || name.startsWith(".") || /[/\\\0]/.test(name)) {
    throw new FigureError(
      "name",
      `"${name}" cannot name a figure; give a name without slashes or a leading dot`,
    );
  }
  const svg = await renderSvg(figure);
  const png = await renderPng(svg);
  const contents = { svg, png, json: figureToJson(figure) };
  makeFolder(directory);
  return Object.entries(contents).map(([ending, content]) => {
    const path = join(directory, `${name}.${ending}`);
    writeAtomic(path, content);
    return path;
  });
}
