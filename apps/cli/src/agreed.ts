// Questions before something that cannot be undone.
import { createInterface } from "node:readline/promises";
import { UsageError } from "./exit.js";

/**
 * True if the person at the terminal agrees.
 * @param what is to be done, `remove these 3`; @param done what has not happened without an answer, `removed`
 * @throws UsageError where there is no terminal to ask on
 */
export async function agreed(what: string, done: string): Promise<boolean> {
  if (process.stdin.isTTY !== true)
    throw new UsageError(`nothing was ${done}: there is no terminal to confirm on; give --yes`);
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await reader.question(`${what}? [y/N] `)).trim());
  } finally {
    reader.close();
  }
}
