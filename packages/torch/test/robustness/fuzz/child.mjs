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
import { target } from "./surface.mjs";
import { argumentLists, make, Thrown } from "./values.mjs";

/** @typedef {import("./spec.d.mts").Spec} Spec */

const task = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const journal = openSync(task.journal, "w");
/** @type {{ calls: number, succeeded: number, codes: Record<string, number>, failures: object[], done: boolean }} */
const outcome = { calls: 0, succeeded: 0, codes: {}, failures: [], done: false };
process.chdir(mkdtempSync(join(tmpdir(), "throughline-fuzz-"))); // aten::from_file writes files
setMemoryLimit(task.memoryLimit);
setNumThreads(1);

/**
 * Uses what came back, so that a result that lies about its memory is noticed, and so is a derivative that crashes.
 * @param {unknown} value @param {number} depth
 */
function touch(value, depth = 0) {
  if (Array.isArray(value) && depth < 3) for (const item of value) touch(item, depth + 1);
  if (!(value instanceof Tensor)) return;
  try {
    if (value.device === "cpu" && value.numel < 1e5) value.toBytes();
    if (value.requiresGrad && value.gradFn !== null && value.numel < 1e4)
      value.backward(call("aten::ones_like", value));
  } catch (error) {
    if (!(error instanceof TorchError)) throw error;
  }
}

/**
 * What is called under a name, and what its errors must be. An operator's name itself; a part of the hand-written surface;
 * or, to test the fuzz itself, one of the ways to end badly.
 * @param {string} name
 * @returns {{ arguments: import("fast-check").Arbitrary<Spec[]>, run: (args: unknown[]) => unknown, refuses: (error: unknown) => string | undefined }}
 */
function subject(name) {
  if (Object.hasOwn(bad, name))
    return { arguments: fc.constant([]), run: /** @type {any} */ (bad)[name], refuses: surfaceError };
  if (!name.includes("::")) return { ...target(name), refuses: surfaceError };
  return {
    arguments: argumentLists(findOperator(name), examplesOf(name)),
    run: (args) => call(name, ...args),
    refuses: (error) => {
      if (!(error instanceof TorchError))
        return `threw ${error instanceof Error ? error.stack : typeof error}`;
      if (error.op !== name) return `error names ${error.op}: ${error.message}`;
      if (!error.message.startsWith(`${name}: `))
        return `message does not start with the operator: ${error.message}`;
      return undefined;
    },
  };
}

const bad = {
  "fuzz crash": () => process.kill(process.pid, "SIGSEGV"),
  "fuzz hang": () => {
    for (;;);
  },
  "fuzz wrong": () => {
    throw new TypeError("not a TorchError");
  },
};

/** What an argument's own getter throws may pass; everything else is ours. @param {unknown} error */
function surfaceError(error) {
  if (error instanceof TorchError)
    return error.op === undefined ? `names no function: ${error.stack}` : undefined;
  if (error instanceof Thrown) return undefined;
  return `threw ${error instanceof Error ? error.stack : typeof error}`;
}

/** @param {string} name @param {Spec[]} specs @returns {Promise<string | undefined>} what is wrong with how it ended */
async function attempt(name, specs) {
  const { run, refuses } = subject(name);
  manualSeed(0);
  const before = liveTensors();
  let wrong;
  /** @type {Promise<unknown>[]} */
  const promised = [];
  const failed = (/** @type {unknown} */ error) => {
    wrong = refuses(error);
    if (wrong === undefined) count(error);
  };
  scope(() => {
    const args = specs.map(make);
    try {
      const result = run(args);
      if (result instanceof Promise) promised.push(result);
      else touch(result);
      outcome.succeeded++;
    } catch (error) {
      failed(error);
    }
  });
  for (const promise of promised) await promise.catch(failed);
  outcome.calls++;
  if (name.includes("::") && wrong === undefined && liveTensors() !== before)
    wrong = `leaves ${liveTensors() - before} tensors alive`;
  return wrong;
}

/** @param {unknown} error */
function count(error) {
  const code = error instanceof TorchError ? error.code : "the argument's own";
  outcome.codes[code] = (outcome.codes[code] ?? 0) + 1;
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
    const wrong = await attempt(op, args);
    console.log(wrong ?? "as it should be");
  }
} else {
  for (let at = task.from; at < task.names.length; at++) {
    const name = task.names[at];
    let lists;
    try {
      lists = fc.sample(subject(name).arguments, {
        seed: task.seed ^ hash(name),
        numRuns: task.runs,
      });
    } catch (error) {
      if (!(error instanceof TorchError)) throw error;
      outcome.failures.push({ op: name, args: [], wrong: String(error) });
      continue;
    }
    let wrongs = 0;
    for (
      let run = at === task.from ? task.fromRun : 0;
      run < lists.length && wrongs < (task.wrongsPerName ?? 3);
      run++
    ) {
      const specs = lists[run] ?? [];
      note(at, run, name, specs);
      const wrong = await attempt(name, specs);
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
