// `throughline solve`: an answer with its figures, from files alone; and what is said of mistakes.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { fileFolder } from "@throughline/testing/folders";
import { beforeAll, describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

/** CRC-32, as PNG wants it. */
function crc(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

/** A grey PNG, white with a dark square in each half. */
function png(width: number, height: number): Buffer {
  const rows = Buffer.alloc((width + 1) * height, 255);
  for (let y = 0; y < height; y++) {
    rows[y * (width + 1)] = 0;
    for (let x = 0; x < width; x++)
      if (y > 9 && y < 20 && x % (width / 2) > 9 && x % (width / 2) < 20) rows[y * (width + 1) + 1 + x] = 0;
  }
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

const cwd = fileFolder();
const at = { cwd };
const pretrain = ["run", "ocra/pretrain", "--preset", "smoke"];

/** The answer of the greatest probability. */
function likeliest(solved: Record<string, unknown>, answers: readonly string[]): string {
  const probabilities = solved.probabilities as number[];
  expect(probabilities).toHaveLength(answers.length);
  expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
  return answers[probabilities.indexOf(Math.max(...probabilities))]!;
}

beforeAll(async () => {
  writeFileSync(join(cwd, "puzzle.png"), png(64, 32));
  writeFileSync(join(cwd, "half.png"), png(32, 32));
  await throughline([...pretrain, "--name", "slots"], at);
  const task = ["run", "ocra/task", "--preset", "smoke", "--draws", "0", "--pretrained", "slots"];
  expect((await throughline([...task, "--name", "rmts"], at)).code).toBe(0);
});

describe("solve", () => {
  test("a sheet of two candidates, or two pictures", async () => {
    const sheet = json(await throughline(["solve", "puzzle.png", "--model", "rmts", "--json"], at));
    const files = (sheet.files as string[]).filter((file) => file.endsWith(".svg"));
    expect(files).toHaveLength(4); // attention, masks, scores, relations
    for (const file of files) expect(existsSync(join(cwd, file))).toBe(true);
    expect(sheet.answer).toBe(likeliest(sheet, ["1", "2"]));
    const halves = json(
      await throughline(["solve", "half.png", "half.png", "--model", "rmts", "--json"], at),
    );
    expect((halves.probabilities as number[]).length).toBe(2);
  });

  test("puzzles of one's own: as many candidates as they have, sheets as in the key, answers by its labels", async () => {
    const train = async (name: string, file: string, answers: string[], key: object): Promise<void> => {
      mkdirSync(join(cwd, name));
      const puzzles = Array.from({ length: 10 }, (_, at) => ({
        file: `${at}.png`,
        answer: answers[at % 2]!,
      }));
      for (const { file: to } of puzzles) copyFileSync(join(cwd, file), join(cwd, name, to));
      writeFileSync(join(cwd, name, "answers.json"), JSON.stringify({ ...key, puzzles }));
      const options = ["--task", "puzzles", "--path", name, "--pretrained", "slots", "--name", `on-${name}`];
      const { code, stderr } = await throughline(["run", "ocra/task", "--preset", "smoke", ...options], at);
      expect(code, stderr).toBe(0);
    };
    await train("sheets", "puzzle.png", ["1", "2"], { layout: { rows: 1, columns: 2 } });
    const sheet = json(await throughline(["solve", "puzzle.png", "--model", "on-sheets", "--json"], at));
    expect(sheet.answer).toBe(likeliest(sheet, ["1", "2"]));
    const three = await throughline(
      ["solve", "half.png", "half.png", "half.png", "--model", "on-sheets"],
      at,
    );
    expect(three.stderr).toMatch(
      /3 pictures were given, and a problem of puzzles has 2; give one for each candidate/,
    );
    await train("moods", "half.png", ["sad", "glad"], { labels: ["sad", "glad"] });
    const mood = json(await throughline(["solve", "half.png", "--model", "on-moods", "--json"], at));
    // Probability of the second label of one picture.
    const [probability, ...more] = mood.probabilities as number[];
    expect(more).toEqual([]);
    expect(mood.answer).toBe(probability! > 0.5 ? "glad" : "sad");
  });

  test("latest is the last finished model; what was not right leaves no run behind", async () => {
    const wrong = ["run", "ocra/task", "--preset", "smoke", "--task", "puzzles", "--path", "nowhere"];
    const { code, stderr } = await throughline(wrong, at);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/nowhere/);
    const task = ["run", "ocra/task", "--preset", "smoke", "--draws", "0", "--pretrained", "slots"];
    expect((await throughline([...task, "--name", "newest"], at)).code).toBe(0);
    expect((await throughline([...pretrain, "--name", "newer-slots"], at)).code).toBe(0);
    const found = json(await throughline(["solve", "puzzle.png", "--model", "latest", "--json"], at));
    expect(found.model).toBe("newest");
  });

  test("another encoder in the place of the run's is noticed", async () => {
    const own = join(cwd, "own.safetensors");
    const slots = join(cwd, "runs", "ocra", "pretrain", "slots", "artifacts", "autoencoder.safetensors");
    copyFileSync(slots, own);
    const task = ["run", "ocra/task", "--preset", "smoke", "--draws", "0", "--pretrained", own];
    expect((await throughline([...task, "--name", "moved"], at)).code).toBe(0);
    expect((await throughline(["solve", "puzzle.png", "--model", "moved"], at)).code).toBe(0);
    const other = readFileSync(slots);
    other[other.length - 1]! ^= 1;
    writeFileSync(own, other);
    const { code, stderr } = await throughline(["solve", "puzzle.png", "--model", "moved"], at);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/own\.safetensors is no longer the encoder that moved was trained with/);
  });

  test.each([
    [["solve", "puzzle.png"], /--model/],
    [["solve", "puzzle.png", "--model", ""], /name a run: a directory, an id/],
    [["solve", ".", "--model", "rmts"], /is a folder; a regular file is accepted/],
    [
      ["solve", "puzzle.png", "--model", "rmts", "--layout", "0x0"],
      /rows and columns are whole numbers from 1 to 64/,
    ],
    [
      ["solve", "puzzle.png", "--model", "rmts", "--layout", "3x3"],
      /9 pictures were given.* art\/rmts has 2/,
    ],
    [
      ["solve", "puzzle.png", "--model", "rmts", "--layout", "sideways"],
      /--layout is sideways; give ROWSxCOLUMNS/,
    ],
    [["solve", "none.png", "--model", "rmts"], /none\.png/],
    [
      ["solve", "puzzle.png", "--model", "slots"],
      /slots is a run of ocra\/pretrain; name a finished run of ocra\/task/,
    ],
  ])("%j", async (args, sentence) => {
    const { code, stderr } = await throughline(args, at);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(code).not.toBe(0);
  });
});

test.skipIf(!existsSync("/proc/self"))("figures in a folder where there can be none", async () => {
  const args = ["solve", "puzzle.png", "--model", "rmts", "--out", "/proc/nope"];
  const { code, stderr } = await throughline(args, at);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^throughline: cannot write \/proc\/nope: there is no such folder, and none can be made there/m,
  );
});
