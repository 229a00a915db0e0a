// Files of the shared reference data.
import { join } from "node:path";
import { sharedFixtures as open } from "@throughline/testing/reference";

/** The paper's 100 objects as an array, and the authors' pictures made of them. */
export const paperObjects: string = join(open, "data/art_objects_resizedcropped.npy");
export const paperPictures: string = join(open, "ocra/art_images.safetensors");
export const clevrTable = (task: "RMTS" | "identity_rules", split: "train" | "test"): string =>
  join(open, `data/${task}_ood_${split}.npz`);
