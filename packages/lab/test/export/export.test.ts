// Runs in other programs' formats.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createRun, executeRun, exportRun, type MetricRow, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { io, scope } from "@throughline/torch";
import { readTable } from "@throughline/torch/files";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { csvText, metricTable, parquetBytes } from "../../src/export/table.js";
import { readEvents } from "../support/events.js";
import { tiny } from "../support/tiny.mjs";

const root = fileFolder();
let path = "";
beforeAll(async () => {
  path = createRun(tiny, resolveConfig(tiny, { preset: "smoke", overrides: ["threads=1"] }), { root });
  const reporter = { progress() {}, end() {}, message() {} };
  expect((await executeRun(path, tiny, { reporter })).status).toBe("finished");
});
const run = () => readRun(path);

describe("csv", () => {
  test("has every row and value", async () => {
    const out = join(root, "new", "folder", "metrics.csv");
    expect(await exportRun(run(), "csv", out)).toEqual([out]);
    const { titles, rows } = readTable(out);
    const read = rows.map((row) =>
      Object.fromEntries(titles.flatMap((name, i) => (row[i] === "" ? [] : [[name, row[i]]]))),
    );
    const wanted = (await run().metrics()).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, String(value)])),
    );
    expect(read).toEqual(wanted);
  });

  test("quotes what would be read otherwise", () => {
    const rows: MetricRow[] = [
      { loop: "a", step: 0, time: 0, 'x,"y"': 1e-7 },
      { loop: "a", step: 1, time: 0, word: "" },
      { loop: "a", step: 2, time: 0, word: "a\nb" },
    ];
    expect(csvText(metricTable(rows))).toBe(
      'loop,step,time,"x,""y""",word\r\na,0,0,1e-7,\r\na,1,0,,""\r\na,2,0,,"a\nb"\r\n',
    );
  });
});

describe("parquet", () => {
  test("has every row and value, as hyparquet's reader finds them", async () => {
    const out = join(root, "metrics.parquet");
    expect(await exportRun(run(), "parquet", out)).toEqual([out]);
    const read = await parquetReadObjects({ file: await asyncBufferFromFile(out) });
    const wanted = await run().metrics();
    expect(
      read.map((row) => Object.entries(row).filter(([, value]) => value !== null && value !== undefined)),
    ).toEqual(
      wanted.map(({ loop, step, time, ...metrics }) => {
        const row: Record<string, unknown> = { loop, step: BigInt(step), time, ...metrics };
        return Object.keys(read[0]!).flatMap((name) => (Object.hasOwn(row, name) ? [[name, row[name]]] : []));
      }),
    );
  });

  test("a metric that is a text in one row is one in all", async () => {
    const rows: MetricRow[] = [
      { loop: "a", step: 2 ** 40, time: 0, x: 0.1 },
      { loop: "a", step: 1, time: 0, x: "ü" },
      { loop: "a", step: 2, time: 0 },
    ];
    const { buffer } = await parquetBytes(metricTable(rows));
    expect(await parquetReadObjects({ file: buffer as ArrayBuffer })).toEqual([
      { loop: "a", step: BigInt(2 ** 40), time: 0, x: "0.1" },
      { loop: "a", step: 1n, time: 0, x: "ü" },
      { loop: "a", step: 2n, time: 0, x: null },
    ]);
  });
});

test("tensorboard: the events that the run would have written", async () => {
  const out = join(root, "events");
  const [file] = await exportRun(run(), "tensorboard", out);
  expect(basename(file!)).toMatch(/^events\.out\.tfevents\.\d{10}\./);
  const { events } = readEvents(readFileSync(file!));
  const wanted = (await run().metrics()).flatMap(({ loop, step, time: _, ...metrics }) =>
    Object.entries(metrics).map(([name, value]) => [`${loop}/${name}`, step, Math.fround(Number(value))]),
  );
  expect(events.slice(1).map(({ tag, step, value }) => [tag, step, value])).toEqual(wanted);
});

describe("huggingface", () => {
  test("holds the model's state dict, its configuration and a card", async () => {
    const out = join(root, "hub");
    const files = await exportRun(run(), "huggingface", out);
    expect(files.map((file) => basename(file))).toEqual(["model.safetensors", "config.json", "README.md"]);
    expect(readdirSync(out).sort()).toEqual(["README.md", "config.json", "model.safetensors"]);
    scope(() => {
      const found = io.loadSafetensors(files[0]!);
      expect(Object.keys(found)).toEqual(["0.weight", "0.bias", "3.weight", "3.bias"]);
      const weights = ["0.weight", "0.bias", "3.weight", "3.bias"].map((name) => found[name]!.toArray());
      expect(weights).toEqual(JSON.parse(readFileSync(join(path, "artifacts", "weights.txt"), "utf8")));
      using file = io.openSafetensors(files[0]!);
      expect({ ...file.metadata }).toEqual({ format: "pt" });
    });
    const config = JSON.parse(readFileSync(files[1]!, "utf8"));
    expect(config).toMatchObject({
      model_type: "throughline",
      architectures: ["test/tiny"],
      torch_dtype: "float32",
    });
    expect(config.throughline).toMatchObject({ object: "model", steps: 20, summary: run().summary });
    const card = readFileSync(files[2]!, "utf8");
    expect(card).toMatch(/^---\nlibrary_name: throughline\ntags:\n- throughline\n- "test\/tiny"\n---\n/);
    expect(card).toContain(`| after | ${run().summary.after} |`);
  });

  test("of the best checkpoint differs from that of the latest", async () => {
    const [best] = await exportRun(run(), "huggingface", join(root, "best"), { checkpoint: "best" });
    const config = JSON.parse(readFileSync(join(root, "best", "config.json"), "utf8"));
    expect(config.throughline.steps).toBeLessThan(20);
    expect(readFileSync(best!)).not.toEqual(readFileSync(join(root, "hub", "model.safetensors")));
  });

  test.each([
    [{ checkpoint: "step-1" }, /has no checkpoint step-1, but step-\d+/],
    [{ object: "net" }, /keeps no weights of net, but of model$/],
  ])("%j is refused", async (options, sentence) => {
    const out = join(root, "refused");
    await expect(exportRun(run(), "huggingface", out, options)).rejects.toMatchObject({
      code: "lab/export",
      message: expect.stringMatching(sentence),
    });
  });
});

test("nothing is written over", async () => {
  const [file, folder] = [join(root, "file"), join(root, "full")];
  writeFileSync(file, "mine");
  mkdirSync(folder);
  writeFileSync(join(folder, "mine"), "");
  const refused = (sentence: RegExp) => ({ code: "lab/export", message: expect.stringMatching(sentence) });
  await expect(exportRun(run(), "csv", file)).rejects.toMatchObject(
    refused(/file is there already; give csv another file/),
  );
  await expect(exportRun(run(), "tensorboard", file)).rejects.toMatchObject(
    refused(/is a file; give tensorboard a folder/),
  );
  await expect(exportRun(run(), "huggingface", folder)).rejects.toMatchObject(refused(/full is not empty/));
  await expect(exportRun(run(), "csv", "")).rejects.toMatchObject(refused(/name a file or folder/));
  await expect(exportRun(run(), "xls" as "csv", join(root, "x"))).rejects.toMatchObject(
    refused(/exported to tensorboard, csv/),
  );
  expect(readFileSync(file, "utf8")).toBe("mine");
});

test("onnx needs an experiment that says what its net is", async () => {
  for (const experiment of [undefined, tiny]) {
    await expect(exportRun(run(), "onnx", join(root, "net.onnx"), { experiment })).rejects.toMatchObject({
      code: "lab/export",
      message: "test/tiny does not say what its net is, so there is none for onnx",
    });
  }
});
