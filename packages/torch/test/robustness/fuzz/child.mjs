// @ts-check
// One process of the fuzz: makes the calls it is told to and writes each down before it makes it, so that the parent can
// name the call in which this process died or hung.
import { mkdtempSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { examplesOf } from "./examples.mjs";
import {
  call,
  findOperator,
  liveTensors,
  manualSeed,
  native,
  scope,
  setMemoryLimit,
  setNumThreads,
  Tensor,
  TorchError,
} from "./library.mjs";
import { argumentLists, make } from "./values.mjs";

/** @typedef {import("./library.mjs").Spec} Spec */

const task = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const journal = openSync(task.journal, "w");
/** @type {{ calls: number, succeeded: number, codes: Record<string, number>, failures: object[], done: boolean }} */
const outcome = { calls: 0, succeeded: 0, codes: {}, failures: [], done: false };
process.chdir(mkdtempSync(join(tmpdir(), "throughline-fuzz-"))); // aten::from_file writes files
setMemoryLimit(task.memoryLimit);
setNumThreads(1);

/** Reads what came back, so that a result that lies about its memory is noticed. @param {unknown} value */
function touch(value) {
  if (value instanceof Tensor) {
    try {
      if (value.device === "cpu" && value.numel < 1e5) value.toBytes();
    } catch (error) {
      if (!(error instanceof TorchError)) throw error;
    }
  } else if (Array.isArray(value)) value.forEach(touch);
}

/** @param {string} name @param {Spec[]} specs @returns {string | undefined} what is wrong with how it ended */
function attempt(name, specs) {
  manualSeed(0);
  const before = liveTensors();
  let wrong;
  scope(() => {
    const args = specs.map(make);
    try {
      touch(call(name, ...args));
      outcome.succeeded++;
    } catch (error) {
      if (!(error instanceof TorchError))
        wrong = `threw ${error instanceof Error ? error.stack : typeof error}`;
      else if (error.op !== name) wrong = `error names ${error.op}: ${error.message}`;
      else if (!error.message.startsWith(`${name}: `))
        wrong = `message does not start with the operator: ${error.message}`;
      else outcome.codes[error.code] = (outcome.codes[error.code] ?? 0) + 1;
    }
  });
  outcome.calls++;
  if (wrong === undefined && liveTensors() !== before)
    wrong = `leaves ${liveTensors() - before} tensors alive`;
  return wrong;
}

/** @param {string} text */
function hash(text) {
  let h = 2166136261;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619);
  return h | 0;
}

/** @param {number} at @param {number} run @param {string} name @param {Spec[]} specs */
function note(at, run, name, specs) {
  const line = `${at}\t${run}\t${JSON.stringify({ op: name, args: specs })}\n`;
  writeSync(journal, line, 0);
}

if (task.replay) {
  for (const { op, args } of task.replay) {
    note(0, 0, op, args);
    const wrong = attempt(op, args);
    console.log(wrong ?? "as it should be");
  }
} else {
  for (let at = task.from; at < task.names.length; at++) {
    const name = task.names[at];
    let lists;
    try {
      lists = fc.sample(argumentLists(findOperator(name), examplesOf(name)), {
        seed: task.seed ^ hash(name),
        numRuns: task.runs,
      });
    } catch (error) {
      if (!(error instanceof TorchError)) throw error;
      outcome.failures.push({ op: name, args: [], wrong: String(error) });
      continue;
    }
    let wrongs = 0;
    for (let run = at === task.from ? task.fromRun : 0; run < lists.length && wrongs < 3; run++) {
      const specs = lists[run] ?? [];
      note(at, run, name, specs);
      const wrong = attempt(name, specs);
      if (wrong !== undefined) {
        wrongs++;
        outcome.failures.push({ op: name, args: specs, wrong });
      }
    }
  }
}
native.forceEngineThread(false);
outcome.done = true;
writeFileSync(task.result, JSON.stringify(outcome));
