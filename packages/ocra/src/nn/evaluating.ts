import type { nn } from "@throughline/torch";

/** Runs `body` with a module in evaluation mode, and puts its mode back. */
export function evaluating<T>(module: nn.AnyModule, body: () => T): T {
  const { training } = module;
  module.eval();
  try {
    return body();
  } finally {
    module.train(training);
  }
}
