// Which pictures `taskCodes` looks at.
import { type CodedTasks, SlotAutoencoder, type Suite, taskCodes } from "@throughline/ocra";
import { manualSeed } from "@throughline/torch";
import { describe, expect, test } from "vitest";

/** Pictures of a problem, and objects of a picture. */
const sizes = {
  art: { "same-different": [1, 2], rmts: [2, 4], "distribution-of-3": [4, 6], "identity-rules": [4, 6] },
  svrt: { "problem 1": [1, 2], "problem 5": [1, 4] },
  clevr: { rmts: [2, 4], "identity-rules": [4, 6] },
} as const satisfies { [S in Suite]: Record<CodedTasks[S], readonly [views: number, objects: number]> };

describe("taskCodes", () => {
  test.each(["art", "svrt", "clevr"] as const)("of %s has all objects of all pictures", (suite) => {
    manualSeed(1);
    const small = { resolution: 32, dim: 4, decoderStrides: [2] };
    const autoencoder = new SlotAutoencoder({ ...small, channels: suite === "clevr" ? 3 : 1 });
    const found = taskCodes({ autoencoder, pixels: "inverted" }, { suite, problems: 4 });
    const counts = Object.entries(found).map(([task, { pictures, objects }]) => [
      task,
      [pictures / 4, objects / pictures],
    ]);
    expect(Object.fromEntries(counts)).toEqual(sizes[suite]);
    for (const { read, complete } of Object.values(found)) {
      expect(read).toBeGreaterThanOrEqual(complete); // a picture is complete if all its objects are read
      expect(read).toBeLessThanOrEqual(1);
    }
  });
});
