// Running other programs: finding them on PATH, following their output line by line, ending them with us.
import { spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** @typedef {import("./context.mjs").Context} Context */

/**
 * Absolute path of a program, or undefined.
 * @param {Pick<Context, "env" | "platform">} ctx
 * @param {string} name a bare name, or a path
 */
export function which({ env, platform }, name) {
  const endings = platform === "win32" ? (env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];
  const folders = isAbsolute(name) ? [""] : (env.PATH ?? env.Path ?? "").split(delimiter).filter(Boolean);
  for (const folder of folders) {
    for (const ending of endings) {
      const file = folder ? join(folder, name + ending) : name;
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

/** @param {string} file */
function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * @typedef {object} Result
 * @property {number | null} code exit status; null if a signal ended it or it could not be started
 * @property {NodeJS.Signals | null} signal
 * @property {string} output stdout and stderr, in the order they came
 */

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill();
});

/**
 * Runs a program to its end; never throws.
 * @param {Context} ctx
 * @param {readonly string[]} command program and arguments
 * @param {{ env?: NodeJS.ProcessEnv, onLine?: (line: string) => void }} [options] `env` is added to the context's
 * @returns {Promise<Result>}
 */
export function run(ctx, [program = "", ...args], { env, onLine } = {}) {
  return new Promise((done) => {
    const child = spawn(program, args, { env: { ...ctx.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    let output = "";
    let rest = "";
    const take = (/** @type {string} */ text) => {
      output += text;
      const lines = (rest + text).split(/\r?\n|\r/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine?.(line);
    };
    child.stdout.setEncoding("utf8").on("data", take);
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", (error) => {
      running.delete(child);
      done({ code: null, signal: null, output: `${output}${error.message}\n` });
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      done({ code, signal, output });
    });
  });
}

/**
 * First line that a program prints about its version, or undefined if it does not run.
 * @param {Context} ctx
 * @param {readonly string[]} command
 */
export async function versionOf(ctx, command) {
  const { code, output } = await run(ctx, [...command, "--version"]);
  return code === 0 ? (output.split("\n")[0] ?? "").trim() : undefined;
}
