// A mode of libtorch (recording, inference, autocast) must not outlive the call it was set for.
import { isDeferred } from "./deferred.js";
import { TorchError } from "./errors.js";

/**
 * Runs `body` synchronously between `enter` and `leave`.
 * @param name of the public function, for the error.
 * @throws TorchError `torch/async-mode` if `body` is asynchronous or a generator.
 */
export function within<T>(name: string, enter: () => void, leave: () => void, body: () => T): T {
  enter();
  try {
    const result = body();
    if (isDeferred(result)) {
      throw new TorchError(
        "torch/async-mode",
        `${name}() was given an asynchronous function or a generator, but the mode ends before their body does; call ${name}() on the synchronous stretches between awaits`,
      );
    }
    return result;
  } finally {
    leave();
  }
}
