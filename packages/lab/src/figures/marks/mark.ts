// Shared part of the marks.
import type {
  CustomSeriesRenderItem,
  CustomSeriesRenderItemAPI,
  CustomSeriesRenderItemParams,
  CustomSeriesRenderItemReturn,
} from "echarts";
import type { Part } from "../parts.js";

export type Mark = CustomSeriesRenderItem;
export type MarkApi = CustomSeriesRenderItemAPI;
export type MarkParams = CustomSeriesRenderItemParams;
export type Drawn = CustomSeriesRenderItemReturn;

/** Elements drawn together. */
export function group(children: readonly Part[]): Drawn {
  return { type: "group", children } as unknown as Drawn;
}

/** Fields that every series of marks has. */
export function markSeries(mark: string, grid: number, more: Part): Part {
  return {
    type: "custom",
    renderItem: mark,
    xAxisIndex: grid,
    yAxisIndex: grid,
    clip: true,
    silent: true,
    progressive: 0,
    ...more,
  };
}

/** A value of a datum as a number; NaN for a gap. */
export function numberAt(api: MarkApi, dimension: number, index?: number): number {
  const value = api.value(dimension, index);
  return typeof value === "number" ? value : Number.NaN;
}
