// The file of a pre-training run that shows what its slots make of some unseen displays.
import { type Artifact, pictureSchema, readArtifact, type StoredPicture } from "@throughline/lab";
import { z } from "zod";

/** One display. */
export interface DisplayPictures {
  readonly input: StoredPicture;
  readonly reconstruction: StoredPicture;
  /** One for each slot. */
  readonly masks: readonly StoredPicture[];
  readonly attention: readonly StoredPicture[];
  /** Objects, and how many of them exactly one slot owns. */
  readonly objects: number;
  readonly owned: number;
}

/** The file among the run's artifacts. */
export const picturesArtifact: Artifact<readonly DisplayPictures[]> = {
  name: "slots.json",
  schema: z.array(
    z.object({
      input: pictureSchema,
      reconstruction: pictureSchema,
      masks: z.array(pictureSchema),
      attention: z.array(pictureSchema),
      objects: z.number(),
      owned: z.number(),
    }),
  ),
};

/** The pictures of a run; none if it has not come so far. @throws LabError lab/damaged */
export function readPictures(path: string): readonly DisplayPictures[] {
  return readArtifact(path, picturesArtifact) ?? [];
}
