// Progress as people and programs see it.
import {
  clock,
  createReporter,
  type ProgressEvent,
  type ProgressMode,
  progressText,
  rateText,
} from "@throughline/lab";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Rate } from "../../dist/run/rate.js";

const event: ProgressEvent = {
  path: "/runs/x",
  loop: "train",
  step: 1200,
  steps: 10_000,
  unit: "step",
  rate: 456.4,
  eta: 19.3,
  metrics: { accuracy: 0.5, "train/loss": 0.123456, note: "x" },
  time: 2.6,
  isLast: false,
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
  delete process.env.NO_COLOR;
  process.env.TERM = "xterm";
});
afterEach(() => void vi.useRealTimers());

function shown(
  mode: ProgressMode,
  stream: { isTTY?: boolean; columns?: number },
): { text: string; reporter: ReturnType<typeof createReporter> } {
  const result = { text: "", reporter: undefined as never as ReturnType<typeof createReporter> };
  result.reporter = createReporter(mode, {
    ...stream,
    write: (text) => {
      result.text += text;
    },
  });
  return result;
}

test("a line of progress", () => {
  expect(progressText(event)).toBe("train 1200/10000 steps, 456 steps/s, 0:19 left, train/loss 0.1235");
  const first = {
    ...event,
    rate: undefined,
    eta: undefined,
    metrics: {},
    step: 0,
    steps: 1,
    unit: "episode",
  };
  expect(progressText(first)).toBe("train 0/1 episode");
  expect(progressText({ ...event, step: 10_000, eta: 0, metrics: { score: 12345.6 } })).toBe(
    "train 10000/10000 steps, 456 steps/s, score 12346",
  );
});

test.each<[number, string]>([
  [0, "0:00"],
  [59.6, "1:00"],
  [754, "12:34"],
  [10_931, "3:02:11"],
  [360_000, "4 d 4 h"],
  [Number.POSITIVE_INFINITY, "?"],
])("%d s", (seconds, text) => expect(clock(seconds)).toBe(text));

test.each<[number, string]>([
  [1234.5, "1235 steps/s"],
  [2.5, "2.50 steps/s"],
  [0.3125, "3.20 s/step"],
])("rate %d", (rate, text) => expect(rateText(rate, "step")).toBe(text));

test("elsewhere than on a terminal: a line every ten seconds, at once at the end of a loop", () => {
  const out = shown("auto", { isTTY: false });
  out.reporter.progress(event);
  vi.advanceTimersByTime(9_999);
  out.reporter.progress(event);
  expect(out.text).toBe("");
  vi.advanceTimersByTime(1);
  out.reporter.progress(event);
  out.reporter.message("said");
  out.reporter.progress({ ...event, isLast: true });
  out.reporter.end();
  expect(out.text.split("\n")).toEqual([progressText(event), "said", progressText(event), ""]);
});

test("on a terminal: one line, rewritten; messages above it; no colour if NO_COLOR is set", () => {
  const out = shown("auto", { isTTY: true, columns: 30 });
  out.reporter.progress(event);
  expect(out.text).toBe("\x1b[2mtrain 1200/10000 steps, 456 s\x1b[22m");
  out.reporter.end();
  process.env.NO_COLOR = "1";
  const plain = shown("auto", { isTTY: true, columns: 200 });
  const line = progressText(event);
  plain.reporter.progress(event);
  plain.reporter.message("said");
  plain.reporter.progress({ ...event, isLast: true });
  plain.reporter.end();
  expect(plain.text).toBe(`${line}\r\x1b[Ksaid\n${line}\r\x1b[K${line}\n`);
});

test("a dumb terminal gets plain lines, a program JSON, and `off` is off", () => {
  process.env.TERM = "dumb";
  const dumb = shown("auto", { isTTY: true });
  dumb.reporter.progress({ ...event, isLast: true });
  expect(dumb.text).toBe(`${progressText(event)}\n`);
  const json = shown("json", {});
  json.reporter.message("said");
  json.reporter.progress({ ...event, isLast: true });
  expect(
    json.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { kind: "message", text: "said" },
    { kind: "progress", ...event, isLast: true },
  ]);
  const off = shown("off", { isTTY: true });
  off.reporter.progress({ ...event, isLast: true });
  off.reporter.message("said");
  off.reporter.end();
  expect(off.text).toBe("");
});

test("the rate is that of the last ten seconds, also for steps that take longer", () => {
  const rate = new Rate(0, 0);
  expect(rate.at(0, 0)).toBeUndefined();
  for (let second = 1; second <= 60; second++) rate.at(second * 1000, second * 2);
  // Three times as fast from now on.
  for (let second = 61; second <= 72; second++) rate.at(second * 1000, 120 + (second - 60) * 6);
  expect(rate.at(73_000, 120 + 13 * 6)).toBeCloseTo(6, 5);
  const slow = new Rate(0, 0);
  expect(slow.at(30_000, 1)).toBeCloseTo(1 / 30, 10);
  expect(slow.at(60_000, 2)).toBeCloseTo(1 / 30, 10);
});
