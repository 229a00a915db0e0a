// What a sweep looks like, on terminals wide and narrow, and in a pipe.
import { brief, duration, type LiveCell, type OpenSweep, showSweep } from "@throughline/lab";
import { describe, expect, test, vi } from "vitest";
import { drawing } from "../../src/sweep/view/live.js";

const base = {
  experiment: "test/x",
  preset: "smoke",
  config: {},
  sources: {},
  path: "/r",
  run: "r",
  attempts: 1,
};

function cell(seed: number, rest: Partial<LiveCell>): LiveCell {
  return {
    ...base,
    id: String(seed),
    label: `learningRate=0.1 seed=${seed}`,
    status: "pending",
    error: null,
    ...rest,
  };
}

const progress = {
  loop: "train",
  step: 50,
  steps: 200,
  unit: "step",
  rate: 10,
  eta: 15,
  metrics: { accuracy: 0.5, loss: 0.123456 },
};
const cells = [
  cell(0, { status: "finished", seconds: 65, started: 0, summary: { accuracy: 0.987654 } }),
  cell(1, { status: "running", started: 0, progress }),
  cell(2, { status: "failed", error: "the loss is NaN\nat step 3" }),
  ...Array.from({ length: 9 }, (_, i) => cell(3 + i, {})),
];
const sweep: OpenSweep = { name: "digits", directory: "/d", cells, jobs: 2, threads: 1 };

describe("the live table", () => {
  test("says of each cell its status, progress, loss and time left", () => {
    const lines = drawing(sweep, 120, 40, false);
    expect(lines[0]).toMatch(/^digits: 1 of 12 cells finished, 1 running, 1 failed, about \d/);
    expect(lines[3]).toMatch(/^learningRate=0\.1 seed=1 +running +━━━╌+ +25 % train +loss 0\.1235 +0:15$/);
    expect(lines[4]).toMatch(/seed=2 +failed +the loss is NaN$/);
    expect(lines.at(-1)).toMatch(/Ctrl-C checkpoints and stops/);
  });

  test("says which cells have been silent for long, and shows what a terminal would obey", () => {
    const silent = [
      cell(0, { status: "running", started: 0, progress, quiet: 400 }),
      cell(1, { status: "running", started: 0, quiet: 7300, label: "name=\u001b[2J\nx" }),
    ];
    const lines = drawing({ ...sweep, cells: silent }, 120, 40, false);
    expect(lines[2]).toMatch(/25 % train +nothing for 6 min 40 s +0:15$/);
    expect(lines[3]).toMatch(/^name=␛\[2J␊x +running +starting +nothing for 2 h 01 min$/);
  });

  test.each([20, 40, 60, 80])("is no wider than %d columns", (columns) => {
    for (const line of drawing(sweep, columns, 40, false)) expect(line.length).toBeLessThanOrEqual(columns);
  });

  test("is no higher than the terminal; running and failed cells stay", () => {
    const lines = drawing(sweep, 100, 9, false);
    expect(lines.length).toBeLessThanOrEqual(9);
    expect(lines.join("\n")).toMatch(/running[\s\S]*failed[\s\S]*and 8 more/);
  });

  test("draws over itself and leaves nothing behind", () => {
    vi.useFakeTimers();
    let text = "";
    const terminal = { isTTY: true, columns: 100, rows: 30, write: (part: string) => (text += part) };
    const view = showSweep(sweep, terminal, "live");
    view.progress(cells[1]!);
    view.message("a remark");
    vi.advanceTimersByTime(1000);
    const start = "\u001b[";
    expect(text).toContain(`\r${start}15Adigits: 1 of 12`);
    expect(text).toContain("a remark\n");
    view.end();
    expect(text.endsWith(`${`${start}K\n`.repeat(15)}\r${start}15A`)).toBe(true);
    vi.useRealTimers();
  });
});

test("plain lines in a pipe", () => {
  let text = "";
  const view = showSweep(sweep, { write: (part: string) => (text += part) }, "auto");
  view.changed(cells[0]!);
  view.changed(cells[1]!);
  view.changed(cells[2]!);
  view.end();
  expect(text).toBe(
    [
      "sweep digits: 1 of 12 cells finished, 1 running, 1 failed; 2 at once, 1 thread each",
      "learningRate=0.1 seed=0: finished after 1 min 5 s: accuracy 0.9877",
      "learningRate=0.1 seed=1: running (1 thread)",
      "learningRate=0.1 seed=2: failed: the loss is NaN\n",
    ].join("\n"),
  );
});

test.each([
  [0, "0 s"],
  [59.6, "1 min 0 s"],
  [3599, "59 min"],
  [3600, "1 h 00 min"],
  [90_000, "1 d 1 h"],
])("%d seconds are %s", (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [0.123456, "0.1235"],
  [12, "12"],
  [1e-7, "1.00e-7"],
  [Number.NaN, "NaN"],
  ["text", "text"],
])("%s in brief is %s", (value, text) => expect(brief(value)).toBe(text));
