// Output that cannot be written. It does not end a run, whose files matter more than its messages.
import { EXIT } from "./exit.js";
import { note } from "./terminal.js";
import { work } from "./work.js";

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "there is no space left",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than this process may write",
  EIO: "the device reports an error",
};

/** True if the reader is gone, as in `| head`. */
function isReaderGone(code: string | undefined): boolean {
  return code === "EPIPE" || code === "ERR_STREAM_DESTROYED";
}

/**
 * From here on, a reader that goes away ends the command without a word, as in any Unix tool; results that cannot be written
 * for another reason end it with a sentence and code 1. Words about the work may be lost.
 */
export function watchOutput(): void {
  let isLost = false;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (!isLost && !isReaderGone(error.code)) {
      isLost = true;
      note(
        `throughline: cannot write the results: ${reasons[error.code ?? ""] ?? error.message} (${error.code})`,
      );
    }
    if (!work.busy) process.exit();
  });
  process.stderr.on("error", () => {});
  process.on("exit", (code) => {
    if (isLost && code === EXIT.ok) process.exitCode = EXIT.failed;
  });
}
