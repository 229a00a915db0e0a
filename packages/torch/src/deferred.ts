/**
 * Whether a callback was asynchronous or a generator, so that its body has yet to run: its result is a promise (whose
 * rejection is then taken care of) or an iterator.
 */
export function isDeferred(result: unknown): boolean {
  if (typeof result !== "object" || result === null) return false;
  if ("then" in result && typeof result.then === "function") {
    Promise.resolve(result as PromiseLike<unknown>).catch(() => undefined);
    return true;
  }
  return "next" in result && typeof result.next === "function";
}
