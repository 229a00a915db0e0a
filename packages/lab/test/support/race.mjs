// @ts-check
// usage: race.mjs FOLDER TIME: at TIME (ms since 1970) tries to take the lock of FOLDER, says so, and holds it a second.
import { acquireLock, LabError } from "@throughline/lab";

const [folder = "", time] = process.argv.slice(2);
await new Promise((resolve) => setTimeout(resolve, Number(time) - Date.now()));
try {
  acquireLock(folder);
  process.stdout.write("taken\n");
} catch (error) {
  if (!(error instanceof LabError) || error.code !== "lab/locked") throw error;
}
setTimeout(() => {}, 1000);
