// Batches without end.

/**
 * One epoch after the other. The first may be empty: what is left of an epoch that was stopped after its last batch.
 * @throws Error if another one is
 */
export async function* endless<B>(loader: AsyncIterable<B>): AsyncGenerator<B, void, void> {
  for (let epoch = 0; ; epoch++) {
    let isEmpty = true;
    for await (const batch of loader) {
      isEmpty = false;
      yield batch;
    }
    if (isEmpty && epoch > 0) throw new Error("an epoch has no batches");
  }
}

/** The next batch of an endless stream. */
export async function nextOf<B>(batches: AsyncGenerator<B, void, void>): Promise<B> {
  const { done, value } = await batches.next();
  if (done) throw new Error("the batches have ended");
  return value;
}
