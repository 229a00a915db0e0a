import { TorchError } from "../errors.js";
import { fileRefuser, reason } from "../files/open.js";
import { replaceFile } from "../files/replace.js";

/**
 * Same as `replaceFile`, with an error of the operating system as one sentence.
 * @param chunks pulled one at a time, so the whole content need never be in memory
 * @throws TorchError `io/write` if the operating system refuses, `io/argument` if `path` is not text; what `chunks`
 * throws
 */
export function writeAtomic(path: string, chunks: Iterable<Uint8Array>, op: string): void {
  const refuse = fileRefuser(path, op);
  try {
    replaceFile(path, chunks);
  } catch (cause) {
    if (cause instanceof TorchError) throw cause;
    throw refuse("write", `cannot write ${path} (${reason(cause)})`, cause);
  }
}
