// Loads a library in a process of its own: static initialisers run arbitrary code, and one that throws, or registers an
// operator a second time, ends the process.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { addonPath } from "../native.js";

const REFUSED = 9;
const LONGEST = 60_000;

const script = `
const [addon, ...files] = process.argv.slice(1);
const native = require(addon);
try {
  for (const file of files) native.loadLibrary(file, file);
} catch (error) {
  console.log(error.message);
  process.exitCode = ${REFUSED};
}`;

/** Error of a process that loads these libraries, in this order; undefined if there is none. */
export function probe(files: readonly string[]): string | undefined {
  const { status, signal, stdout, stderr, error } = spawnSync(
    process.execPath,
    ["-e", script, addonPath, ...files.filter((file) => existsSync(file))],
    { encoding: "utf8", timeout: LONGEST, killSignal: "SIGKILL", env: { ...process.env, NODE_OPTIONS: "" } },
  );
  if (status === 0) return undefined;
  if (status === REFUSED) return reasonIn(stdout);
  if (error !== undefined && signal === null) return `it could not be tried: ${error.message}`;
  if (signal === "SIGKILL")
    return `a process that tried it was killed, or not done after ${LONGEST / 1000} s`;
  return `it ends the process that loads it (${signal ?? `exit code ${status}`}): ${whatIn(stderr)}`;
}

// "cannot load FILE: " is said by the caller.
const reasonIn = (stdout: string): string => stdout.trim().replace(/^cannot load .*?: /, "");

/** First line of a C++ exception's message. */
function whatIn(stderr: string): string {
  const line = /what\(\): +(.*)/.exec(stderr)?.[1] ?? "its initialisers crash";
  const [sentence = line] = line.split(/(?<=[.;]) /);
  return sentence.replace(/\s+/g, " ").trim().slice(0, 300);
}
