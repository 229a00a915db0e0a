// The contract of launchers holds for a sound launcher, and each of its rules fails for one that breaks it.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type LauncherCase, launcherContract, launcherRules } from "@throughline/testing/contracts/launchers";
import { expect, test } from "vitest";
import { steps, type ToyJob, toyLauncher } from "./toy/launcher.mjs";

const program = fileURLToPath(new URL("./toy/launcher.mjs", import.meta.url));

function toy(breaks = ""): LauncherCase<ToyJob> {
  const job = (kind: string, folder: string): ToyJob => ({
    id: "cell",
    log: join(folder, "log.txt"),
    folder,
    kind,
    breaks,
  });
  return {
    make: () => toyLauncher(breaks),
    job,
    steps,
    done({ folder }) {
      const file = join(folder, "steps.txt");
      return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").map(Number) : [];
    },
    hangs: ({ folder }) => existsSync(join(folder, "hangs.txt")),
    driver: (folder) => [process.execPath, program, JSON.stringify(job("works", folder))],
  };
}

launcherContract("a sound launcher", toy());

/** By rule: what breaks it, and what is said then. */
const broken: Readonly<Record<string, readonly [breaks: string, said: RegExp]>> = {
  "a launcher says how many cores its cells may use": ["capacity", /capacity 0/],
  "a cell finishes once, and its progress is told": ["silent", /undefined/],
  "a finished cell that is started again is left as it is": ["again", /each once and in order/],
  "a cell that fails says why, and takes no other with it": ["reason", /no luck/],
  "a cell whose process ends without a word has failed, with a reason": ["code", /'finished' to be 'failed'/],
  "a cell that is asked to stop is interrupted, and goes on where it was": ["over", /each once and in order/],
  "a cell that does not stop is ended, and that is said": ["stuck", /'failed' to be 'interrupted'/],
  "a cell that is killed has not finished, and goes on afterwards": ["kill", /not to be|not\.toBe/],
  "of two that start one cell, one is told that the other is at it": ["lock", /'finished' to be 'busy'/],
  "what a cell prints is in its log, which later starts go on with": ["log", /1 to be 2/],
  "what a launcher has to say of a job is text, whether or not the job has ended": ["mute", /'string'/],
  "jobs that outlive their driver are found again in the sweep's folder, until they have ended; others are not":
    ["ghost", /a cell/],
  "a driver that is killed loses nothing: another one finishes its cell": [
    "orphan",
    /each once and in order/,
  ],
};

test("each rule has an implementation that breaks it", () => {
  expect(launcherRules(toy()).map(({ name }) => name)).toEqual(Object.keys(broken));
});

test.each(Object.entries(broken))("broken: %s", async (name, [breaks, said]) => {
  const rule = launcherRules(toy(breaks)).find((one) => one.name === name)!;
  await expect((async () => rule.check())()).rejects.toThrow(said);
});

test("progress that goes back is noticed", async () => {
  const rule = launcherRules(toy("back")).find(({ name }) => name.includes("progress is told"))!;
  await expect((async () => rule.check())()).rejects.toThrow(/step/);
});
