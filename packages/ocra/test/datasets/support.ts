// Shared reference data, where a machine has it: ../shared next to the checkout.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";

const open = join(import.meta.dirname, "../../../../../shared/fixtures/open");

/** The paper's 100 objects as an array, and the authors' pictures made of them. */
export const paperObjects: string = join(open, "data/art_objects_resizedcropped.npy");
export const paperPictures: string = join(open, "ocra/art_images.safetensors");
export const clevrTable = (task: "RMTS" | "identity_rules", split: "train" | "test"): string =>
  join(open, `data/${task}_ood_${split}.npz`);

/** A describe block that needs shared files; skipped, visibly, where one is missing. */
export function describeShared(name: string, paths: readonly string[], body: () => void): void {
  const missing = paths.find((path) => !existsSync(path));
  describe.skipIf(missing !== undefined)(
    `${name}${missing === undefined ? "" : ` (no ${missing} on this machine)`}`,
    body,
  );
}
