// One figure of every kind, small and with everything on it.
import type {
  BarsFigure,
  Figure,
  HeatMapFigure,
  ImageGridFigure,
  LinesFigure,
  PanelsFigure,
  ScatterFigure,
} from "@throughline/lab";

export const lines: LinesFigure = {
  kind: "lines",
  title: "Loss while training",
  subtitle: "mean and standard deviation over 5 seeds",
  x: { label: "training step" },
  y: { label: "cross-entropy (nats)" },
  series: [
    { name: "GRU", x: [0, 10, 20], y: [2.3, 1.1, 0.4], low: [2.2, 1, 0.3], high: [2.4, 1.2, 0.5] },
    { name: "RNN <vanilla>", x: [0, 10, 20], y: [2.3, 2.2, 2.1], markers: true },
  ],
};

export const scatter: ScatterFigure = {
  kind: "scatter",
  title: "Exponents",
  x: { label: "λ₁ (nats per step)" },
  y: { label: "condition number", scale: "log" },
  series: [
    { name: "chaotic", x: [0.1, 0.3], y: [100, 5000] },
    { name: "stable", x: [-0.4, -0.2], y: [2, 30] },
  ],
};

export const heatMap: HeatMapFigure = {
  kind: "heat-map",
  title: "Success",
  x: { label: "delay (steps)" },
  y: { label: "gain" },
  columns: [10, 20, 40],
  rows: [0.5, 1.5],
  values: [
    [1, 0.9, 0.2],
    [0.7, Number.NaN, 0.1],
  ],
  label: "success rate (fraction)",
};

export const bars: BarsFigure = {
  kind: "bars",
  title: "Accuracy",
  x: { label: "task" },
  y: { label: "accuracy (%)" },
  categories: ["same-different", "RMTS"],
  series: [
    { name: "OCRA", y: [98, 85], error: [1, 4] },
    { name: "ESBN", y: [60, Number.NaN], error: [8, 1] },
  ],
};

export const images: ImageGridFigure = {
  kind: "images",
  title: "Slots",
  columns: 2,
  images: [
    { caption: "grey", width: 2, height: 2, channels: 1, pixels: Uint8Array.of(0, 85, 170, 255) },
    { caption: "colour", width: 1, height: 2, channels: 3, pixels: Uint8Array.of(255, 0, 0, 0, 0, 255) },
    { caption: "clear", width: 1, height: 1, channels: 4, pixels: Uint8Array.of(0, 255, 0, 128) },
  ],
};

export const panels: PanelsFigure = {
  kind: "panels",
  title: "Everything",
  columns: 2,
  panels: [lines, scatter, heatMap, bars, images],
};

export const everyKind: Readonly<Record<string, Figure>> = { lines, scatter, heatMap, bars, images, panels };
