// Batches without end, also from a loader that was stopped between two epochs.
import { data } from "@throughline/torch";
import { expect, test } from "vitest";
import { endless, nextOf } from "../../src/training/endless.js";

const numbers: data.Dataset<number> = { length: 6, get: (index) => index };
const loader = () =>
  new data.DataLoader(numbers, { batchSize: 2, shuffle: true, seed: 3, collate: (batch) => batch });

async function take(count: number, from: AsyncGenerator<readonly number[], void, void>) {
  const batches: (readonly number[])[] = [];
  for (let i = 0; i < count; i++) batches.push(await nextOf(from));
  return batches;
}

test.each([1, 3, 4, 6])("stopped after %i batches it goes on as if it had not been", async (count) => {
  const whole = await take(9, endless(loader()));
  const first = loader();
  expect(await take(count, endless(first))).toEqual(whole.slice(0, count));
  const second = loader();
  second.restore(first.state());
  expect(await take(9 - count, endless(second))).toEqual(whole.slice(count));
});

test("no batch at all is an error, not a loop without end", async () => {
  async function* nothing(): AsyncGenerator<number[]> {}
  const empty = { [Symbol.asyncIterator]: nothing };
  await expect(nextOf(endless(empty))).rejects.toThrow("an epoch has no batches");
});
