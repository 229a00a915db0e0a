// @ts-check
// usage: race.mjs FOLDER: says "ready", waits for a line, tries to take the lock of FOLDER, says "taken" or "refused", and
// holds it until its input ends.
import { createInterface } from "node:readline";
import { acquireLock, LabError } from "@throughline/lab";

const [folder = ""] = process.argv.slice(2);
process.stdout.write("ready\n");
for await (const _ of createInterface(process.stdin)) {
  try {
    acquireLock(folder);
    process.stdout.write("taken\n");
  } catch (error) {
    if (!(error instanceof LabError) || error.code !== "lab/locked") throw error;
    process.stdout.write("refused\n");
  }
}
