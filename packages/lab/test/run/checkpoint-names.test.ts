// Names of checkpoints in a run's folder of them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkpointNames, TENSORS } from "@throughline/lab/runs";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";

test("come by their step, however many digits it has; nothing else in the folder is one", () => {
  const folder = testFolder();
  const names = ["step-100000000", "step-00000009", "step-99999999", "step-00000010"];
  for (const name of [...names, "step-12", ".step-00000011.tmp", "old-step-00000012", "step-00000013x"])
    mkdirSync(join(folder, name));
  writeFileSync(join(folder, "pointers.json"), "{}");
  expect(checkpointNames(folder)).toEqual([
    ...["step-00000009", "step-00000010", "step-99999999", "step-100000000"],
  ]);
  expect(checkpointNames(join(folder, "none"))).toEqual([]);
  expect(TENSORS).toBe("tensors.safetensors");
});
