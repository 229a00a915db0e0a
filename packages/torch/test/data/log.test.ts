// Logs: rows and blocks come back, what is unfinished is left out, what was damaged or is another log is refused.
import { appendFileSync, existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder } from "@throughline/testing/folders";
import { data } from "@throughline/torch";
import { expect, test } from "vitest";

const root = fileFolder();
let made = 0;
const fresh = (): string => join(root, `log-${made++}`);
const card = { kind: "numbers" };

/** Three rows with 0, 1 and 2 blocks. */
function written(): string {
  const folder = fresh();
  const writer = new data.LogWriter(folder, card);
  for (const count of [0, 1, 2])
    writer.append(
      { count, text: "naïve\n" },
      Array.from({ length: count }, (_, at) => Uint8Array.of(count, at, 10)),
    );
  expect(writer.position.rows).toBe(3);
  writer.close();
  return folder;
}

/** Everything of a log. */
function contentOf(folder: string) {
  const reader = new data.LogReader(folder);
  const rows = reader.rows.map((row, number) => ({
    row,
    blocks: reader.sizes(number).map((_, block) => [...reader.block(number, block)]),
  }));
  reader.close();
  reader.close();
  return { card: reader.card, rows, isCut: reader.isCut };
}

test("rows and blocks come back, of any length", () => {
  expect(contentOf(written())).toEqual({
    card,
    rows: [0, 1, 2].map((count) => ({
      row: { count, text: "naïve\n" },
      blocks: Array.from({ length: count }, (_, at) => [count, at, 10]),
    })),
    isCut: false,
  });
});

test("logs with equal content have equal hashes, others do not", () => {
  const hashOf = (folder: string): string => {
    const reader = new data.LogReader(folder);
    reader.close();
    return reader.hash;
  };
  const [one, other] = [written(), written()];
  expect(hashOf(one)).toBe(hashOf(other));
  const writer = new data.LogWriter(other, card, { resume: true });
  writer.append(null, []);
  writer.close();
  expect(hashOf(one)).not.toBe(hashOf(other));
});

test("a log is gone on with behind its last whole row, and cut to a position", () => {
  const folder = written();
  appendFileSync(join(folder, "rows.jsonl"), '{"number":3,"at"');
  appendFileSync(join(folder, "blocks.bin"), "rest");
  expect(contentOf(folder)).toMatchObject({ isCut: true, rows: { length: 3 } });
  const writer = new data.LogWriter(folder, card, { resume: true });
  writer.append("fourth", [Uint8Array.of(9)]);
  const { position } = writer;
  writer.append("fifth");
  writer.cutTo(position);
  writer.append("other");
  writer.close();
  const { rows, isCut } = contentOf(folder);
  expect([rows.slice(3), isCut]).toEqual([
    [
      { row: "fourth", blocks: [[9]] },
      { row: "other", blocks: [] },
    ],
    false,
  ]);
  const short = new data.LogWriter(folder, card, { resume: true });
  expect(() => short.cutTo({ ...position, blockBytes: 99 })).toThrow(
    /is shorter than it was: 4 rows are expected/,
  );
  short.close();
});

test("a reader sees what was written while the writer goes on", () => {
  const folder = fresh();
  const writer = new data.LogWriter(folder, card);
  writer.append(1, [Uint8Array.of(1)]);
  expect(contentOf(folder).rows).toHaveLength(1);
  writer.append(2, [Uint8Array.of(2)]);
  expect(contentOf(folder).rows).toHaveLength(2);
  writer.close();
});

test("what is no log, another one, or damaged is refused", () => {
  const folder = written();
  expect(() => new data.LogWriter(folder, card)).toThrow(
    /is not empty \(blocks\.bin, …\); give a new folder/,
  );
  expect(() => new data.LogWriter(folder, { kind: "other" }, { resume: true })).toThrow(
    "a log with another card",
  );
  expect(() => new data.LogReader(fresh())).toThrow(
    expect.objectContaining({
      code: "io/missing",
      message: expect.stringMatching(/is no log: it has no card\.json/),
    }),
  );
  const reader = new data.LogReader(folder);
  expect(() => reader.block(3, 0)).toThrow("accepted: a whole number from 0 to 2");
  expect(() => reader.block(1, 1)).toThrow("accepted: a whole number from 0 to 0");
  reader.close();
  const rows = join(folder, "rows.jsonl");
  const lines = readFileSync(rows, "utf8").split("\n");
  writeFileSync(rows, [lines[0], lines[2], ""].join("\n"));
  expect(() => new data.LogReader(folder)).toThrow(
    /line 2, is damaged: it is row 2 at byte 3, where row 1 at byte 0/,
  );
  writeFileSync(rows, [lines[0], lines[1]!.replace("count", "court"), ""].join("\n"));
  expect(() => new data.LogReader(folder)).toThrow(
    expect.objectContaining({
      code: "io/format",
      message: expect.stringMatching(/line 2, is damaged: it does not match/),
    }),
  );
  writeFileSync(rows, lines.join("\n"));
  writeFileSync(join(folder, "blocks.bin"), Buffer.alloc(statSync(join(folder, "blocks.bin")).size));
  const zeros = new data.LogReader(folder);
  expect(() => zeros.block(2, 1)).toThrow(/block 1 of row 2, at byte 6, does not match its checksum/);
  truncateSync(join(folder, "blocks.bin"), 2);
  expect(() => zeros.block(2, 1)).toThrow(/became shorter/);
  zeros.close();
  writeFileSync(join(folder, "card.json"), '{"sha256":"0","card":1}\n');
  expect(() => new data.LogReader(folder)).toThrow(/card\.json is damaged/);
});

test("a card that is no value of JSON is refused before there is a folder", () => {
  const folder = fresh();
  const ring: Record<string, unknown> = {};
  ring.ring = ring;
  for (const wrong of [undefined, () => 1, 1n, ring])
    expect(() => new data.LogWriter(folder, wrong)).toThrow(/LogWriter: card is .*accepted: a value of JSON/);
  expect(existsSync(folder)).toBe(false);
});
