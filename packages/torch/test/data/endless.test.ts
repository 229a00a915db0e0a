// Batches without end, also from a loader that was stopped between two epochs.
import { data, TorchError } from "@throughline/torch";
import { expect, test } from "vitest";

const numbers: data.Dataset<number> = { length: 6, get: (index) => index };
const loader = () =>
  new data.DataLoader(numbers, { batchSize: 2, shuffle: true, seed: 3, collate: (batch) => batch });

async function take(count: number, from: data.Endless<readonly number[]>) {
  const batches: (readonly number[])[] = [];
  for (let i = 0; i < count; i++) batches.push((await from.next()).value);
  await from.return();
  return batches;
}

test("each epoch has every sample once, in an order of its own", async () => {
  const batches = await take(6, data.endless(loader()));
  const epochs = [batches.slice(0, 3).flat(), batches.slice(3).flat()];
  for (const epoch of epochs) expect(epoch.toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
  expect(epochs[0]).not.toEqual(epochs[1]);
});

test.each([1, 3, 4, 6])("stopped after %i batches it goes on as if it had not been", async (count) => {
  const whole = await take(9, data.endless(loader()));
  const first = loader();
  expect(await take(count, data.endless(first))).toEqual(whole.slice(0, count));
  const second = loader();
  second.restore(first.state());
  expect(await take(9 - count, data.endless(second))).toEqual(whole.slice(count));
});

test("no batch at all is an error, not a loop without end", async () => {
  async function* nothing(): AsyncGenerator<number[]> {}
  const empty = { [Symbol.asyncIterator]: nothing };
  const next = data.endless(empty).next();
  await expect(next).rejects.toThrow(TorchError);
  await expect(next).rejects.toThrow("endless: the loader gave an epoch without batches");
});
