// The file of metrics: whole lines, a checksum of what came before, a copy to go on with, and rows that can be read.
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LabError } from "../../src/errors.js";
import type { Lock } from "../../src/run/lock.js";
import { MetricsFile } from "../../src/run/metrics-file.js";
import { copyPrefix, prefixSha256 } from "../../src/run/metrics-prefix.js";
import { legibleMetrics } from "../../src/run/read-metrics.js";
import { row } from "../../src/run/row.js";

const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");
const path = (): string => join(testFolder(), "metrics.jsonl");

/** A lock that is held until it is taken away. */
function lockOf(): Lock & { isLost: boolean } {
  const lock = {
    isLost: false,
    isHeld: () => !lock.isLost,
    check: () => {
      if (lock.isLost) throw new LabError("lab/lock-lost", "taken away");
    },
    release: () => {},
  };
  return lock;
}

describe("the beginning of a file", () => {
  // printf 'abc' | sha256sum
  test("has the checksum that sha256sum gives", () => {
    const file = path();
    writeFileSync(file, "abcdef");
    expect(prefixSha256(file, 3)).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(prefixSha256(file, 0)).toBe(sha256(""));
    expect(prefixSha256(file, 6)).toBe(sha256("abcdef"));
    expect(prefixSha256(file, 7)).toBeUndefined();
    expect(prefixSha256(`${file}.none`, 1)).toBeUndefined();
    expect(prefixSha256(`${file}.none`, 0)).toBe(sha256(""));
  });

  test("of any length, read in pieces", () => {
    const file = path();
    const bytes = Buffer.alloc(3 * 2 ** 20 + 7, "0123456789");
    writeFileSync(file, bytes);
    for (const length of [2 ** 20 - 1, 2 ** 20, 2 ** 20 + 1, bytes.length])
      expect(prefixSha256(file, length)).toBe(sha256(bytes.subarray(0, length)));
  });

  test("is copied into its place; who has the old file open writes into nothing", () => {
    const file = path();
    writeFileSync(file, "one\ntwo\nthree\n");
    const old = new MetricsFile(file, 14, lockOf());
    const { hash } = copyPrefix(file, 8);
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    expect(hash.digest("hex")).toBe(sha256("one\ntwo\n"));
    old.append("late", 0);
    old.flush();
    expect(readFileSync(file, "utf8")).toBe("one\ntwo\n");
    expect(readdirSync(join(file, ".."))).toEqual(["metrics.jsonl"]);
  });
});

describe("a file of metrics", () => {
  test("counts and hashes what waits to be written as well", () => {
    const file = path();
    const metrics = new MetricsFile(file, 0, lockOf());
    const now = performance.now();
    metrics.append('{"a":"ü"}', now);
    const text = '{"a":"ü"}\n';
    expect(readFileSync(file, "utf8")).toBe("");
    expect([metrics.bytes, metrics.sha256]).toEqual([Buffer.byteLength(text), sha256(text)]);
    metrics.flush();
    expect(readFileSync(file, "utf8")).toBe(text);
    expect([metrics.bytes, metrics.sha256]).toEqual([Buffer.byteLength(text), sha256(text)]);
  });

  test("is written when a second has passed, or 64 KiB wait", () => {
    const file = path();
    const metrics = new MetricsFile(file, 0, lockOf());
    const now = performance.now();
    metrics.append("a", now);
    expect(readFileSync(file, "utf8")).toBe("");
    metrics.append("b", now + 1001);
    expect(readFileSync(file, "utf8")).toBe("a\nb\n");
    metrics.append("x".repeat(64 * 1024), performance.now());
    expect(readFileSync(file, "utf8").length).toBe(4 + 64 * 1024 + 1);
  });

  test("goes on after the bytes that it keeps, as if it had never been closed", () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[ -~]{0,30}$/), { maxLength: 12 }),
        fc.nat(12),
        (lines, cut) => {
          const file = path();
          const first = new MetricsFile(file, 0, lockOf());
          for (const line of lines.slice(0, cut)) first.append(line, 0);
          first.flush();
          const keep = first.bytes;
          appendFileSync(file, "what was logged after the checkpoint");
          const second = new MetricsFile(file, keep, lockOf());
          expect(second.sha256).toBe(first.sha256);
          for (const line of lines.slice(cut)) second.append(line, 0);
          second.flush();
          const whole = lines.map((line) => `${line}\n`).join("");
          expect(readFileSync(file, "utf8")).toBe(whole);
          expect([second.bytes, second.sha256]).toEqual([Buffer.byteLength(whole), sha256(whole)]);
          first.close();
          second.close();
        },
      ),
      { numRuns: 30 },
    );
  });

  test("writes nothing once the lock is lost or it is closed", () => {
    const file = path();
    const lock = lockOf();
    const metrics = new MetricsFile(file, 0, lock);
    metrics.append("kept", 0);
    metrics.flush();
    lock.isLost = true;
    metrics.append("lost", performance.now());
    expect(() => metrics.flush()).toThrow("taken away");
    expect(readFileSync(file, "utf8")).toBe("kept\n");
    expect(() => new MetricsFile(file, 0, lock)).toThrow("taken away");
    expect(readFileSync(file, "utf8")).toBe("kept\n");
    lock.isLost = false;
    metrics.close();
    expect(() => metrics.flush()).toThrow(`${file} is closed: the run has ended`);
  });

  test("needs its folder", () => {
    const file = join(testFolder(), "none/metrics.jsonl");
    expect(() => new MetricsFile(file, 0, lockOf())).toThrow(/^cannot write .*there is no such folder/);
    expect(existsSync(join(file, ".."))).toBe(false);
  });
});

describe("rows", () => {
  test("hold loop, step and time, rounded to a ten-thousandth of a second, before the metrics", () => {
    expect(row("train", 3, 1.234567, { loss: 0.5, phase: "warm" })).toBe(
      '{"loop":"train","step":3,"time":1.2346,"loss":0.5,"phase":"warm"}',
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    "refuse %d, naming it",
    (value) => {
      expect(() => row("train", 3, 0, { fine: 1, loss: value })).toThrow(
        expect.objectContaining({
          code: "lab/not-finite",
          message: expect.stringContaining(`loss is ${value} at step 3 of loop train`),
        }),
      );
    },
  );

  test("refuse names that are taken and values that are no metrics", () => {
    for (const name of ["loop", "step", "time"])
      expect(() => row("a", 0, 0, { [name]: 1 })).toThrow(expect.objectContaining({ code: "lab/metric" }));
    for (const value of [null, undefined, {}, [1], true, 1n])
      expect(() => row("a", 0, 0, { x: value as never })).toThrow(
        expect.objectContaining({ code: "lab/metric" }),
      );
  });

  test("come back as they were, whatever numbers and texts they hold", async () => {
    const folder = testFolder();
    const metric = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,5}_$/),
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0),
        fc.string({ unit: "binary" }),
      ),
      { maxKeys: 4 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(metric, { maxLength: 6 }), async (all) => {
        writeFileSync(
          join(folder, "metrics.jsonl"),
          all.map((metrics, step) => `${row("l", step, step, metrics)}\n`).join(""),
        );
        const { rows, problems } = await legibleMetrics(folder);
        expect(problems).toEqual([]);
        expect(rows).toEqual(all.map((metrics, step) => ({ loop: "l", step, time: step, ...metrics })));
      }),
      { numRuns: 40 },
    );
  });

  test("that cannot be read are named, five at most; the others are there, an unfinished line is not", async () => {
    const folder = testFolder();
    const good = (step: number): string => row("l", step, 0, { x: step });
    const bad = [
      "",
      "{",
      "[]",
      '{"loop":"l","step":0.5,"time":0}',
      '{"loop":1,"step":0,"time":0}',
      '{"loop":"l","step":0,"time":0,"x":[]}',
      "null",
    ];
    writeFileSync(
      join(folder, "metrics.jsonl"),
      [good(0), ...bad.flatMap((line, i) => [line, good(i + 1)]), '{"loop":"l"'].join("\n"),
    );
    const { rows, problems } = await legibleMetrics(folder);
    expect(rows.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(problems).toEqual([
      `${join(folder, "metrics.jsonl")} is damaged at lines 2, 4, 6, 8, 10 and 2 more`,
    ]);
    writeFileSync(join(folder, "metrics.jsonl"), `${good(0)}\nx\n`);
    expect((await legibleMetrics(folder)).problems).toEqual([
      `${join(folder, "metrics.jsonl")} is damaged at line 2`,
    ]);
    expect(await legibleMetrics(testFolder())).toEqual({ rows: [], problems: [] });
  });
});
