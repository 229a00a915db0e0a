// Figures as files: SVG and PNG, written whole.
import { join } from "node:path";
import { LabError } from "../errors.js";
import type { Experiment } from "../experiment.js";
import type { Figure } from "../figures/figure.js";
import { makeFolder, writeAtomic } from "../files/disk.js";
import { files } from "./layout.js";
import type { RunRecord } from "./record.js";

/**
 * Writes a figure as `<name>.svg` and `<name>.png` into the `figures/` of the run at `run`.
 * @returns the paths of both.
 * @throws LabError lab/figure for a name that is no file name, lab/disk; what the renderer throws
 */
export async function writeFigure(
  run: string,
  name: string,
  figure: Figure,
): Promise<[svg: string, png: string]> {
  if (!/^[\w][\w.-]*$/.test(name)) {
    throw new LabError("lab/figure", `"${name}" cannot name a figure; use letters, digits, -, _ and .`);
  }
  // Loaded when something is drawn: most runs draw only at their end.
  const [{ renderSvg }, { renderPng }] = await Promise.all([
    import("../figures/svg.js"),
    import("../figures/png.js"),
  ]);
  const svg = await renderSvg(figure);
  const png = await renderPng(svg);
  const folder = join(run, files.figures);
  makeFolder(folder);
  const paths: [string, string] = [join(folder, `${name}.svg`), join(folder, `${name}.png`)];
  writeAtomic(paths[0], svg);
  writeAtomic(paths[1], png);
  return paths;
}

/** Makes the figures of a run anew from its files. @returns the paths of the SVG files. */
export async function remakeFigures(record: RunRecord, experiment: Experiment): Promise<string[]> {
  const figures = (await experiment.figures?.(record)) ?? {};
  const paths: string[] = [];
  for (const [name, figure] of Object.entries(figures)) {
    paths.push((await writeFigure(record.path, name, figure))[0]);
  }
  return paths;
}
