/**
 * True if a callback was asynchronous or a generator, so that its body has yet to run: its result is a promise (whose
 * rejection is then taken care of) or an iterator, which gives itself when asked for one. An object that merely has a
 * method `next` is neither.
 */
export function isDeferred(result: unknown): boolean {
  if (typeof result !== "object" || result === null) return false;
  if (isThenable(result)) {
    Promise.resolve(result).catch(() => undefined);
    return true;
  }
  return isIterator(result, Symbol.iterator) || isIterator(result, Symbol.asyncIterator);
}

function isThenable(value: object): value is PromiseLike<unknown> {
  try {
    return "then" in value && typeof value.then === "function";
  } catch {
    return false; // a getter that throws is no promise's
  }
}

function isIterator(value: object, symbol: typeof Symbol.iterator | typeof Symbol.asyncIterator): boolean {
  try {
    const asked = value as { readonly next?: unknown; readonly [key: symbol]: unknown };
    const iterate = asked[symbol];
    return typeof iterate === "function" && iterate.call(value) === value && typeof asked.next === "function";
  } catch {
    return false;
  }
}
