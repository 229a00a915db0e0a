// A mode of libtorch (recording, inference, autocast) must not outlive the call it was set for.
import { TorchError } from "./errors.js";

/**
 * Runs `body` synchronously between `enter` and `leave`.
 * @param name of the public function, for the error.
 * @throws TorchError `torch/async-mode` if `body` is asynchronous.
 */
export function within<T>(name: string, enter: () => void, leave: () => void, body: () => T): T {
  enter();
  try {
    const result = body();
    if (
      typeof result === "object" &&
      result !== null &&
      "then" in result &&
      typeof result.then === "function"
    ) {
      Promise.resolve(result as PromiseLike<unknown>).catch(() => undefined);
      throw new TorchError(
        "torch/async-mode",
        `${name}() was given an asynchronous function, but the mode ends when it first awaits; call ${name}() between the awaits`,
      );
    }
    return result;
  } finally {
    leave();
  }
}
