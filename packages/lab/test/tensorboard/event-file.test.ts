// Event files: checksums, records, and the file that a run keeps beside its metrics.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRun, defineExperiment, executeRun, resolveConfig } from "@throughline/lab";
import { fileFolder, testFolder } from "@throughline/testing/folders";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crc32c, maskedCrc32c } from "../../src/tensorboard/crc32c.js";
import { EventFile, eventFileContent } from "../../src/tensorboard/event-file.js";
import type { EventRow } from "../../src/tensorboard/records.js";
import { readEvents, slowMaskedCrc } from "../support/events.js";

const root = fileFolder();
const source = { created: new Date(1_700_000_000_000), options: [["a|b", "1\n2"]] } as const;

describe("CRC-32C", () => {
  test.each([
    // RFC 3720, appendix B.4
    ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
    ["32 ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
    ["ascending", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    // The check value of the catalogue of CRC algorithms
    ["123456789", Buffer.from("123456789"), 0xe3069283],
  ])("of %s", (_, bytes, crc) => expect(crc32c(bytes)).toBe(crc));

  test("masked, of any bytes, is that of a division bit by bit", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(maskedCrc32c(bytes)).toBe(slowMaskedCrc(Buffer.from(bytes)));
      }),
    );
  });
});

describe("content", () => {
  test("has the version, one start of a session, the options, and every metric at its step and time", () => {
    const rows: EventRow[] = [
      { loop: "train", step: 0, time: 0.5, loss: 0.1, word: "good" },
      { loop: "train", step: 2 ** 40, time: 1.25, loss: -1e-30 },
    ];
    const { version, starts, events } = readEvents(Buffer.from(eventFileContent(source, rows)));
    expect([version, starts]).toEqual(["brain.Event:2", 1]);
    const at = 1_700_000_000;
    expect(events).toEqual([
      { wallTime: at, step: 0, tag: "options", value: "| option | value |\n| --- | --- |\n| a\\|b | 1 2 |" },
      { wallTime: at + 0.5, step: 0, tag: "train/loss", value: Math.fround(0.1) },
      { wallTime: at + 0.5, step: 0, tag: "train/word", value: "good" },
      { wallTime: at + 1.25, step: 2 ** 40, tag: "train/loss", value: Math.fround(-1e-30) },
    ]);
  });
});

describe("the file in a folder", () => {
  test("replaces those of earlier sessions, also a torn one, and nothing else", () => {
    const folder = testFolder();
    writeFileSync(join(folder, "events.out.tfevents.1.old.1"), "torn");
    writeFileSync(join(folder, "notes"), "");
    const file = new EventFile(folder, source, [{ loop: "a", step: 0, time: 0, x: 1 }]);
    file.take(['{"loop":"a","step":1,"time":0,"x":2}']);
    file.close();
    const [name, notes] = readdirSync(folder).sort();
    expect(notes).toBe("notes");
    const { events } = readEvents(readFileSync(join(folder, name!)));
    expect(events.slice(1).map(({ step, value }) => [step, value])).toEqual([
      [0, 1],
      [1, 2],
    ]);
  });
});

describe("a run", () => {
  let failAt = 7;
  const experiment = defineExperiment({
    name: "test/events",
    purpose: "Test.",
    config: {},
    presets: {},
    async run(context) {
      await context.loop("train", { steps: 10, checkpointEvery: 5 }, (step) => {
        if (step === failAt) throw new Error("stop here");
        return { loss: 1 / (step + 1) };
      });
      context.log({ end: 1 });
      return {};
    },
  });
  const begin = () =>
    createRun(experiment, resolveConfig(experiment, { overrides: ["threads=1"] }), { root });
  const reporter = { progress() {}, end() {}, message() {} };
  const eventsOf = (run: string) => {
    const names = readdirSync(join(run, "tensorboard"));
    expect(names).toHaveLength(1);
    return readEvents(readFileSync(join(run, "tensorboard", names[0]!))).events.slice(1);
  };

  test("writes none unless asked", async () => {
    failAt = -1;
    const run = begin();
    await executeRun(run, experiment, { reporter });
    expect(existsSync(join(run, "tensorboard"))).toBe(false);
  });

  test("that is stopped and resumed has every step once, without being asked again", async () => {
    failAt = 7;
    const run = begin();
    expect((await executeRun(run, experiment, { reporter, tensorboard: true })).status).toBe("failed");
    expect(eventsOf(run).map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    failAt = -1;
    expect((await executeRun(run, experiment, { reporter })).status).toBe("finished");
    expect(eventsOf(run).map(({ tag, step, value }) => [tag, step, value])).toEqual([
      ...Array.from({ length: 10 }, (_, i) => ["train/loss", i, Math.fround(1 / (i + 1))]),
      ["run/end", 10, 1],
    ]);
  });
});
