// Epoch after epoch.
import { TorchError } from "../errors.js";

/** Batches without end; `return()` ends them, and what the loader does in the background. */
export type Endless<B> = AsyncGenerator<B, never, void> & {
  return(): Promise<IteratorResult<B, never>>;
};

/**
 * The batches of one epoch after another, without end: `const { value } = await batches.next()`. Only the first epoch may
 * be empty: what is left of one that was stopped after its last batch.
 * @param loader gives an epoch each time it is gone through, such as a `DataLoader`
 * @throws TorchError `torch/argument`, from `next`, if a later epoch is empty
 */
export function endless<B>(loader: AsyncIterable<B>): Endless<B> {
  return epochs(loader) as Endless<B>;
}

async function* epochs<B>(loader: AsyncIterable<B>): AsyncGenerator<B, never, void> {
  for (let epoch = 0; ; epoch++) {
    let isEmpty = true;
    for await (const batch of loader) {
      isEmpty = false;
      yield batch;
    }
    if (isEmpty && epoch > 0) {
      throw new TorchError("torch/argument", "endless: the loader gave an epoch without batches");
    }
  }
}
