// Memory that is known to be needed, against what there is.
import { checkMemory } from "@throughline/lab";
import { memoryStats } from "@throughline/torch";
import { expect, test } from "vitest";

test("needs are refused together, named by the largest, when they are more than the limit", async () => {
  const { limit } = memoryStats();
  const needs = [
    { what: "weights (--units)", bytes: 0.4 * limit },
    { what: "states (--batch)", bytes: 0.7 * limit },
  ];
  await expect(checkMemory(needs)).rejects.toMatchObject({
    code: "lab/memory",
    message: expect.stringMatching(
      /^the run needs [\d.]+ GiB of memory or more, of which [\d.]+ GiB for states \(--batch\), and [\d.]+ GiB are allowed on cpu; make that smaller$/,
    ),
  });
  for (const one of needs) await checkMemory([one]);
  await checkMemory([]);
});
