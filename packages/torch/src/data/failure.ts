// Messages about failures of a dataset or a collate function.
import { type TorchCode, TorchError } from "../errors.js";

/** Runs a user's function; what it throws becomes a TorchError with `where` in front and the original as its cause. */
export function located<R>(code: TorchCode, where: () => string, run: () => R): R {
  try {
    return run();
  } catch (cause) {
    throw wrapFailure(code, where(), cause);
  }
}

export function wrapFailure(code: TorchCode, where: string, cause: unknown): TorchError {
  return new TorchError(code, `${where}: ${messageOf(cause)}`, { cause });
}

export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.name === "Error" || thrown instanceof TorchError
    ? thrown.message
    : `${thrown.name}: ${thrown.message}`;
}

/** `[3, 1, 4]`, cut short. */
export function listIndices(indices: readonly number[]): string {
  const head = indices.slice(0, 8).join(", ");
  return indices.length > 8 ? `[${head}, … ${indices.length} in all]` : `[${head}]`;
}
