// Parts of a cache that several processes want: each is made once, also when its maker is killed.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PartCache } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { startProcess, until } from "@throughline/testing/processes";
import { expect, test } from "vitest";

const folder = fileFolder();
const lab = import.meta.resolve("@throughline/lab");
const open = (key: number): PartCache => new PartCache({ folder, name: "parts", key: { key }, version: 1 });

/** A process that makes the parts 0, 1, 2 of a cache, noting each that it made in a file; `hang` never ends the first. */
function maker(key: number, note: string, hang = false): readonly string[] {
  const program = `
    import { appendFileSync, writeFileSync } from "node:fs";
    import { PartCache } from ${JSON.stringify(lab)};
    const cache = new PartCache({ folder: ${JSON.stringify(folder)}, name: "parts", key: { key: ${key} }, version: 1 });
    for (const part of ["0", "1", "2"])
      await cache.make(part, async (path) => {
        console.error("making");
        if (${hang}) await new Promise(() => setInterval(() => {}, 1000));
        appendFileSync(${JSON.stringify(note)}, part);
        writeFileSync(path, "made");
      });`;
  return [process.execPath, "--input-type=module", "-e", program];
}

test("four processes make each part once", async () => {
  const note = join(folder, "four.txt");
  const ends = await Promise.all([0, 1, 2, 3].map(() => startProcess(maker(1, note)).ended));
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
  expect([...readFileSync(note, "utf8")].sort()).toEqual(["0", "1", "2"]);
  expect(["0", "1", "2"].every((part) => open(1).has(part))).toBe(true);
  expect(readdirSync(open(1).path).filter((name) => name.includes("lock"))).toEqual([]);
});

test("a part whose maker was killed is made by the next that wants it", async () => {
  const note = join(folder, "killed.txt");
  const stuck = startProcess(maker(2, note, true));
  await stuck.said("making");
  const cache = open(2);
  expect(await cache.tryMake("0", async () => expect.fail("another is at it"))).toBe(false);
  stuck.child.kill("SIGKILL");
  await stuck.ended;
  await cache.make("0", async (path) => writeFileSync(path, "mine"));
  expect(readFileSync(cache.file("0"), "utf8")).toBe("mine");
  expect(existsSync(note)).toBe(false);
});

test("who waits for a part goes on when it is there, and does not make it again", async () => {
  const cache = open(3);
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = cache.make("0", async (path) => {
    await gate;
    writeFileSync(path, "first");
  });
  await until("the lock is there", () => existsSync(cache.file("0.lock")), 60_000);
  const second = cache.make("0", async () => expect.fail("made twice"));
  release();
  await Promise.all([first, second]);
  expect(readFileSync(cache.file("0"), "utf8")).toBe("first");
});
