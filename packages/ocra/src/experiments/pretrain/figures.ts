// The figures of a pre-training run, from its files alone.
import {
  curve,
  type Figure,
  type ImageGridFigure,
  type LineSeries,
  type LinesFigure,
  type RunRecord,
  showPicture,
  showThrough,
  trailingMean,
} from "@throughline/lab";
import { type DisplayPictures, readPictures } from "./picture-file.js";

export async function pretrainingFigures(run: RunRecord): Promise<Record<string, Figure>> {
  const rows = await run.metrics();
  const { dataset, seed } = run.config;
  const subtitle = `${String(dataset)} displays, ${run.preset} preset, seed ${Number(seed)}`;
  const figures: Record<string, Figure> = {};
  const loss = curve(rows, "train", "loss");
  if (loss.x.length > 1) {
    const window = Math.max(2, Math.round(loss.x.length / 50));
    const series = (name: string, metric: string) => ({ name, ...curve(rows, "train", metric) });
    const smooth = { name: "training", x: loss.x, y: trailingMean(loss.y, window) };
    figures.training = {
      kind: "panels",
      title: "Learning to take displays apart",
      subtitle,
      columns: 2,
      panels: [
        panel("Reconstruction", "mean squared error", "log", [
          smooth,
          series("unseen displays", "validationLoss"),
        ]),
        panel("Unseen displays", "share", "linear", [
          series("objects owned by one slot, masks", "owned"),
          series("objects owned by one slot, attention", "ownedByAttention"),
          series("adjusted Rand index, objects", "foregroundAri"),
        ]),
      ],
    };
  }
  const displays = readPictures(run.path);
  if (displays.length > 0) {
    figures.masks = grid("Where each slot's decoder shows", subtitle, displays, "masks");
    figures.attention = grid("What each slot attends to", subtitle, displays, "attention");
  }
  return figures;
}

function panel(title: string, label: string, scale: "linear" | "log", series: LineSeries[]): LinesFigure {
  const some = series.filter(({ x }) => x.length > 0);
  return { kind: "lines", title, x: { label: "training (steps)" }, y: { label, scale }, series: some };
}

/** A row for each display: itself, its reconstruction, and the display through each slot's map. */
function grid(
  title: string,
  subtitle: string,
  displays: readonly DisplayPictures[],
  maps: "masks" | "attention",
): ImageGridFigure {
  return {
    kind: "images",
    title,
    subtitle,
    columns: 2 + displays[0]![maps].length,
    images: displays.flatMap((display) => [
      showPicture(display.input, `${display.owned} of ${display.objects} owned`),
      showPicture(display.reconstruction, "reconstruction"),
      ...display[maps].map((map, slot) => showThrough(display.input, map, `slot ${slot + 1}`)),
    ]),
  };
}
