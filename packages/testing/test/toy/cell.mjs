// @ts-check
// A cell for toy launchers: it keeps what it has done in files of its folder, and BREAKS what it is told to.
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const [folder = "", kind, count] = process.argv.slice(2);
const breaks = process.env.BREAKS;
const [steps, lock] = [join(folder, "steps.txt"), join(folder, "lock")];
let isStopped = false;
process.on("message", () => {
  isStopped = true;
});
process.on("disconnect", () => {
  if (breaks === "orphan") appendFileSync(steps, "99\n");
  isStopped = true;
});

/** @param {object} message @param {number} code */
const leave = (message, code) => {
  if (process.connected) process.send?.(message, undefined, undefined, () => process.exit(code));
  else process.exit(code);
  return new Promise(() => {});
};

/** @returns {boolean} whether this process may work in the folder */
function take() {
  try {
    writeFileSync(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch {
    try {
      process.kill(Number(readFileSync(lock, "utf8")), 0);
      return false;
    } catch {
      writeFileSync(lock, String(process.pid));
      return true;
    }
  }
}

if (!take()) await leave({ status: breaks === "lock" ? "finished" : "busy" }, 75);
console.log("at work");
if (kind === "dies") process.exit(7);
if (kind === "fails") await leave({ status: "failed", error: breaks === "reason" ? "" : "no luck" }, 1);
if (kind === "hangs") {
  writeFileSync(join(folder, "hangs.txt"), "");
  for (;;);
}
const before = existsSync(steps) ? readFileSync(steps, "utf8").split("\n").length - 1 : 0;
const isDone = before >= Number(count);
const first = breaks === (isDone ? "again" : "over") ? 0 : before;
for (let step = first; step < Number(count); step++) {
  appendFileSync(steps, `${step}\n`);
  if (breaks !== "silent")
    process.send?.({
      progress: { step: breaks === "back" ? Number(count) - step : step + 1, steps: Number(count) },
    });
  if (step + 1 === Number(count) / 2) while (!existsSync(join(folder, "go")) && !isStopped) await wait(10);
  await wait(1);
  if (isStopped) {
    rmSync(lock, { force: true });
    await leave({ status: "interrupted" }, 130);
  }
}
rmSync(lock, { force: true });
await leave({ status: "finished" }, 0);
