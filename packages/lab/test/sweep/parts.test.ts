// Pieces of sweeps: notations of values, labels and ids, problems counted, silences, holders, words.

import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import {
  acquireLock,
  brief,
  type Cell,
  cellOf,
  duration,
  type LiveCell,
  labels,
  parseSeeds,
  parseValues,
  runPath,
} from "@throughline/lab";
import { testFolder } from "@throughline/testing/folders";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { LabError } from "../../src/errors.js";
import { cellId } from "../../src/sweep/cell.js";
import { combinations } from "../../src/sweep/grid.js";
import { holderOf } from "../../src/sweep/holder.js";
import { ProblemCount } from "../../src/sweep/problem-count.js";
import { queueOf } from "../../src/sweep/schedule.js";
import { lastSign, Silence } from "../../src/sweep/silence.js";
import { mainMetric, merits, remaining, tally } from "../../src/sweep/view/words.js";

afterEach(() => {
  vi.useRealTimers();
});

describe("notations", () => {
  test("of values that hold no commas, dots or brackets are taken apart as they were joined", () => {
    const value = fc.stringMatching(/^[a-z0-9+-]{1,6}$/);
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.constantFrom(",", ", ", " ,"), (values, comma) => {
        expect(parseValues(values.join(comma))).toEqual(values);
      }),
    );
  });

  test("of JSON values keep each whole", () => {
    const value = fc.oneof(
      fc.array(fc.integer()),
      fc.dictionary(fc.stringMatching(/^[a-z,}\]]{1,4}$/), fc.integer()),
      fc.stringMatching(/^[a-z,[{']*$/),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), (values) => {
        const texts = values.map((one) => JSON.stringify(one));
        expect(parseValues(texts.join(","))).toEqual(texts);
      }),
    );
  });

  test("of ranges count both ends, up and down", () => {
    fc.assert(
      fc.property(fc.integer({ min: -500, max: 500 }), fc.integer({ min: -500, max: 500 }), (from, to) => {
        const values = parseValues(`${from}..${to}`).map(Number);
        expect([values[0], values.at(-1), values.length]).toEqual([from, to, Math.abs(to - from) + 1]);
        expect(new Set(values.slice(1).map((value, i) => value - values[i]!)).size).toBeLessThanOrEqual(1);
      }),
    );
    expect(parseValues("1..2..3")).toEqual(["1..2..3"]);
    expect(parseValues("0.1..0.3")).toEqual(["0.1..0.3"]);
  });

  test("of seeds are whole numbers from 0", () => {
    expect(parseSeeds("3,1..0")).toEqual([3, 1, 0]);
    for (const text of ["-1", "1.5", "a", "1e3", "9007199254740992", "+1"])
      expect(() => parseSeeds(text), text).toThrow(/seeds are whole numbers from 0/);
  });

  test("combined: as many as the product, each once, every value of every axis", () => {
    const axes = fc.dictionary(
      fc.stringMatching(/^[a-z]$/),
      fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 4 }),
      { maxKeys: 4 },
    );
    fc.assert(
      fc.property(axes, (some) => {
        const rows = combinations(some);
        expect(rows).toHaveLength(Object.values(some).reduce((product, { length }) => product * length, 1));
        expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(rows.length);
        for (const [name, values] of Object.entries(some))
          expect(new Set(rows.map((row) => row[name]))).toEqual(new Set(values));
      }),
    );
    expect(combinations({ a: [], b: [1] })).toEqual([]);
  });
});

const cell = (
  config: Readonly<Record<string, unknown>>,
  sources: Readonly<Record<string, string>> = {},
  experiment = "a/b",
): Cell => cellOf(experiment, { preset: "default", config, sources });

describe("cells", () => {
  test("have an id by experiment, preset, values and contents of inputs, and by nothing else", () => {
    const config = { rate: 0.1, net: { units: 3 } };
    const input = (sha256: string, path = "/a") => ({ data: { path, sha256: sha256.repeat(64) } });
    const id = cellId("a/b", "default", config, input("1"));
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(cellId("a/b", "default", { net: { units: 3 }, rate: 0.1 }, input("1", "/elsewhere"))).toBe(id);
    const others = [
      cellId("a/c", "default", config, input("1")),
      cellId("a/b", "laptop", config, input("1")),
      cellId("a/b", "default", { ...config, rate: "0.1" }, input("1")),
      cellId("a/b", "default", config, input("2")),
      cellId("a/b", "default", config),
    ];
    expect(new Set([id, ...others]).size).toBe(6);
    expect(cellId("a/b", "default", config, {})).toBe(others.at(-1));
  });

  test("are run where their experiment and id say; what flags asked for, the sweep asks for", () => {
    const one = cell({ rate: 1, threads: 4 }, { rate: "flag", threads: "default", seed: "file x" });
    expect(runPath("/runs", one)).toBe(`/runs/a/b/cell-${one.id}`);
    expect(one).toMatchObject({ config: { rate: 1 }, sources: { rate: "sweep", seed: "file x" }, worth: 4 });
    expect(cell({ threads: 4 }, { threads: "flag" }).worth).toBeUndefined();
  });

  test("of different values have different labels, made of what differs and was asked for", () => {
    const rows = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(3)), {
      minLength: 2,
      maxLength: 8,
      selector: String,
    });
    fc.assert(
      fc.property(rows, (some) => {
        const cells = some.map(([rate, seed]) =>
          cell({ rate, seed, depth: 2 }, { rate: "flag", seed: "flag" }),
        );
        const found = [...labels(cells).values()];
        expect(new Set(found).size).toBe(cells.length);
        for (const label of found) expect(label).not.toContain("depth");
      }),
    );
    const table = (rate: number) => cell({ net: rate, rate }, { net: "flag", rate: "table: nets" });
    expect([...labels([table(1), table(2)]).values()]).toEqual(["net=1", "net=2"]);
    expect([...labels([cell({ rate: 1 })]).values()]).toEqual(["a/b"]);
    const presets = ["laptop", "smoke"].map((preset) =>
      cellOf("a/b", { preset, config: { seed: 0 }, sources: {} }),
    );
    expect([...labels(presets).values()]).toEqual(["laptop", "smoke"]);
  });

  test("are run in the order interrupted, pending, failed; failed ones only where asked", () => {
    const all = (["finished", "failed", "pending", "running", "interrupted", "pending"] as const).map(
      (status, i) => ({ id: String(i), status }) as unknown as LiveCell,
    );
    expect(queueOf(all, false).map(({ id }) => id)).toEqual(["4", "2", "5"]);
    expect(queueOf(all, true).map(({ id }) => id)).toEqual(["4", "2", "5", "1"]);
  });
});

describe("problems of cells", () => {
  const said = (total: number, ...messages: readonly string[]): string => {
    const problems = new ProblemCount();
    for (const message of messages) problems.add(new Error(message));
    try {
      problems.check(total);
      return "";
    } catch (error) {
      expect(error).toMatchObject({ code: "lab/sweep" });
      return (error as LabError).message;
    }
  };

  test("are each said once, with how many cells have them", () => {
    expect(said(3)).toBe("");
    expect(said(1, "x")).toBe("1 problem with the cells of this sweep:\n  x");
    expect(said(3, "head:\n  one\n  two", "head:\n  one", "head:\n  one")).toBe(
      "2 problems with the cells of this sweep:\n  one [every cell]\n  two [1 of 3 cells]",
    );
  });

  test("are twenty at most, and the rest a number", () => {
    const many = said(100, ...Array.from({ length: 23 }, (_, i) => `problem ${i}`)).split("\n  ");
    expect(many[0]).toBe("23 problems with the cells of this sweep:");
    expect(many).toHaveLength(22);
    expect(many.at(-1)).toBe("and 3 more");
  });
});

describe("silence", () => {
  test("is news when it gets long, when it has doubled since, and from the start after a sign of life", () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const silence = new Silence(10);
    const news: number[] = [];
    for (let second = 1; second <= 45; second++) {
      vi.advanceTimersByTime(1000);
      if (silence.isNews()) news.push(second);
    }
    expect(news).toEqual([10, 20, 40]);
    expect([silence.seconds, silence.isLong]).toEqual([45, true]);
    // Signs of before do not count, nor does a clock that is set back.
    silence.end(Date.now() - 60_000);
    expect(silence.seconds).toBe(45);
    silence.end();
    expect([silence.seconds, silence.isLong, silence.isNews()]).toEqual([0, false, false]);
    vi.advanceTimersByTime(10_000);
    expect(silence.isNews()).toBe(true);
    vi.setSystemTime(0);
    expect(silence.seconds).toBe(0);
  });

  test("ends with whatever a cell last wrote: its log, metrics, messages or checkpoints", () => {
    const folder = testFolder();
    const log = join(folder, "cell.txt");
    expect(lastSign(folder, log)).toBe(0);
    const touch = (path: string, seconds: number): void => {
      writeFileSync(path, "");
      utimesSync(path, seconds, seconds);
    };
    touch(log, 1000);
    expect(lastSign(folder, log)).toBe(1_000_000);
    touch(join(folder, "metrics.jsonl"), 3000);
    touch(join(folder, "log.txt"), 2000);
    expect(lastSign(folder, log)).toBe(3_000_000);
    mkdirSync(join(folder, "checkpoints"));
    utimesSync(join(folder, "checkpoints"), 4000, 4000);
    expect(lastSign(folder, log)).toBe(4_000_000);
  });
});

describe("who is at a run", () => {
  test("nobody, a process with its host and time, or someone who cannot be understood", () => {
    const folder = testFolder();
    expect(holderOf(folder)).toEqual({ isThere: false, words: "another process is at it" });
    const lock = acquireLock(folder);
    const { isThere, words } = holderOf(folder);
    expect(isThere).toBe(true);
    expect(words).toMatch(
      new RegExp(
        `^process ${process.pid} on ${hostname()} since \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d UTC is at it \\(lock: ${join(folder, "lock")}\\)$`,
      ),
    );
    lock.release();
    expect(holderOf(folder).isThere).toBe(false);
    writeFileSync(join(folder, "lock"), "nonsense");
    expect(holderOf(folder)).toMatchObject({
      isThere: true,
      words: expect.stringContaining("lock is damaged"),
    });
  });
});

describe("words", () => {
  test("durations never lose more than the next smaller unit, and never go back", () => {
    const seconds = (text: string): number =>
      [...text.matchAll(/(\d+) (s|min|h|d)/g)].reduce(
        (sum, [, n, unit]) => sum + Number(n) * { s: 1, min: 60, h: 3600, d: 86_400 }[unit as "s"],
        0,
      );
    fc.assert(
      fc.property(fc.nat(10_000_000), (value) => {
        const shown = seconds(duration(value));
        expect(shown).toBeLessThanOrEqual(value);
        expect(value - shown).toBeLessThan(value < 600 ? 1 : value < 86_400 ? 60 : 3600);
      }),
    );
    expect([duration(-5), duration(0.4), duration(599), duration(600)]).toEqual([
      "0 s",
      "0 s",
      "9 min 59 s",
      "10 min",
    ]);
  });

  test("numbers in brief are within half of the fourth digit", () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 9, noNaN: true }), (power) => {
        const value = 10 ** power;
        // Three digits where there is an exponent.
        const room = value >= 1e-3 && value < 1e6 ? 0.5001e-3 : 0.5001e-2;
        expect(Math.abs(Number(brief(value)) / value - 1)).toBeLessThanOrEqual(room);
      }),
    );
    expect([brief(12_345_678), brief(-0.00012), brief(undefined), brief(true)]).toEqual([
      "12345678",
      "-1.20e-4",
      "undefined",
      "true",
    ]);
  });

  test("the metric that is shown is the loss, one that is called so, or the first number", () => {
    expect(mainMetric({ accuracy: 1, loss: 2, trainLoss: 3 })).toEqual(["loss", 2]);
    expect(mainMetric({ accuracy: 1, trainLoss: 3 })).toEqual(["trainLoss", 3]);
    expect(mainMetric({ phase: "warm", accuracy: 1 })).toEqual(["accuracy", 1]);
    expect(mainMetric({ loss: "none", phase: "warm" })).toBeUndefined();
  });

  test("figures of merit are the first few; a tally says what there is", () => {
    expect(merits({ a: 0.123456, b: "x", c: 3 })).toBe("a 0.1235, b x");
    expect(merits({ a: 1, b: 2, c: 3 }, 3)).toBe("a 1, b 2, c 3");
    expect(merits(undefined)).toBe("");
    const of = (...statuses: readonly LiveCell["status"][]) =>
      tally(statuses.map((status) => ({ status }) as LiveCell));
    expect(of("finished", "pending", "running", "failed", "interrupted", "failed")).toBe(
      "1 of 6 cells finished, 1 running, 1 interrupted, 2 failed",
    );
    expect(of("pending")).toBe("0 of 1 cells finished");
  });

  test("the time left is that of cells to come at the pace of those that ended here, over the jobs", () => {
    const live = (status: LiveCell["status"], rest: Partial<LiveCell> = {}) =>
      ({ status, ...rest }) as LiveCell;
    expect(remaining([live("pending"), live("finished")], 1)).toBeUndefined();
    const done = [live("finished", { seconds: 10 }), live("finished", { seconds: 20 })];
    expect(remaining([...done, live("pending"), live("interrupted"), live("failed")], 2)).toBe(15);
    const running = live("running", { started: performance.now() - 5000 });
    expect(remaining([...done, running], 1)).toBeCloseTo(10, 0);
    expect(remaining([...done, live("running", { started: performance.now() - 60_000 })], 1)).toBe(0);
    expect(remaining([...done, live("running")], 1)).toBe(0);
  });
});
