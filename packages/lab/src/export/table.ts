// A run's metrics as a table: one row a line of metrics.jsonl, one column a metric.
import type { MetricRow } from "../run/record.js";

/** Columns, of one length; `undefined` where a row has no such metric. */
export type MetricTable = readonly {
  readonly name: string;
  readonly values: readonly (number | string | undefined)[];
}[];

/** The table of rows: `loop`, `step`, `time`, then the metrics in the order in which they come first. */
export function metricTable(rows: readonly MetricRow[]): MetricTable {
  const names = new Set(["loop", "step", "time"]);
  for (const row of rows) for (const name in row) names.add(name);
  const at = (row: MetricRow, name: string) => (Object.hasOwn(row, name) ? row[name] : undefined);
  return [...names].map((name) => ({ name, values: rows.map((row) => at(row, name)) }));
}

/** Comma-separated values (RFC 4180): a line of names, then the rows; empty where there is no value. */
export function csvText(columns: MetricTable): string {
  const lines = [columns.map(({ name }) => field(name)).join(",")];
  for (const i of columns[0]!.values.keys())
    lines.push(columns.map(({ values }) => field(values[i])).join(","));
  return `${lines.join("\r\n")}\r\n`;
}

/** Quoted where commas, quotes, line ends or spaces at an end would be read otherwise; an empty text too, which is no missing one. */
function field(value: number | string | undefined): string {
  if (value === undefined) return "";
  const text = String(value);
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** An Apache Parquet file: `step` int64, texts as UTF-8, other columns double; null where there is no value. */
export async function parquetBytes(columns: MetricTable): Promise<Uint8Array> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  const columnData = columns.map(({ name, values }) => {
    // A metric that is a number in one row and a text in another becomes a column of texts.
    if (values.some((value) => typeof value === "string"))
      return {
        name,
        type: "STRING" as const,
        data: values.map((value) => (value === undefined ? null : String(value))),
      };
    if (name === "step") return { name, type: "INT64" as const, data: values.map((value) => BigInt(value!)) };
    return { name, type: "DOUBLE" as const, data: values.map((value) => value ?? null) };
  });
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: "throughline" }));
}
