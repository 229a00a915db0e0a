// Batches without end.

/** One epoch after the other. @throws Error if an epoch has no batch */
export async function* endless<B>(loader: AsyncIterable<B>): AsyncGenerator<B, void, void> {
  for (;;) {
    let isEmpty = true;
    for await (const batch of loader) {
      isEmpty = false;
      yield batch;
    }
    if (isEmpty) throw new Error("an epoch has no batches");
  }
}

/** The next batch of an endless stream. */
export async function nextOf<B>(batches: AsyncGenerator<B, void, void>): Promise<B> {
  const { done, value } = await batches.next();
  if (done) throw new Error("the batches have ended");
  return value;
}
