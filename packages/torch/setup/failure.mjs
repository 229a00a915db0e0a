// How set-up fails: one sentence that says what happened and what to do, exit code 1, no stack trace.

import { typeable } from "./commands.mjs";

/** A failure the user can act on. Its message is one whole sentence: what happened, then what to do. */
export class SetupError extends Error {
  /**
   * @param {string} code stable short name, for tests and scripts
   * @param {string} message
   * @param {{ cause?: unknown }} [options]
   */
  constructor(code, message, options) {
    super(message, options);
    this.name = "SetupError";
    this.code = code;
  }
}

/** The text of anything thrown. @param {unknown} error */
export const messageOf = (error) => (error instanceof Error ? error.message : String(error));

/**
 * The sentence for any thrown value. Errors of the file system, which can come from anywhere, are put into
 * words here; whatever is left is a bug of ours and says so.
 * @param {unknown} error
 * @returns {SetupError}
 */
export function explain(error) {
  if (error instanceof SetupError) return error;
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error ?? {});
  const where = path ?? "the cache folder";
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new SetupError(
      "no-space",
      `The disk is full (writing ${where}): free some space, or set THROUGHLINE_CACHE to a folder on a larger disk, then run \`npm run setup\` again.`,
      { cause: error },
    );
  }
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(code ?? "")) {
    return new SetupError(
      "not-writable",
      `Cannot write to ${where} (${code}): make it writable, or set THROUGHLINE_CACHE to a folder you can write to, then run \`npm run setup\` again.`,
      { cause: error },
    );
  }
  return new SetupError(
    "unexpected",
    `Set-up stopped at something it did not expect (${messageOf(error)}): run \`THROUGHLINE_DEBUG=1 npm run setup\` to see where, and please report it.`,
    { cause: error },
  );
}

/**
 * Runs an entry point; a failure becomes its sentence on stderr and exit code 1.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  process.umask(process.umask() | 0o022); // set-up makes what it runs later: nobody else may write to it
  try {
    await main();
  } catch (error) {
    const failure = explain(error);
    process.stderr.write(`\nThroughline set-up failed. ${typeable(failure.message)}\n`);
    if (process.env.THROUGHLINE_DEBUG === "1") {
      process.stderr.write(
        `${failure.stack}\n${failure.cause instanceof Error ? failure.cause.stack : ""}\n`,
      );
    }
    process.exitCode = 1;
  }
}
