// Refusals of episode stores.
import type { data } from "@throughline/torch";
import { EnvError, type envFaults } from "../errors.js";

const kinds: Readonly<Record<data.LogProblem, keyof typeof envFaults>> = {
  missing: "store",
  occupied: "store",
  damaged: "damaged",
  disk: "disk",
};

/** EnvErrors of `envs/store`, `envs/damaged` and `envs/disk`. */
export const refuseStore: data.RefuseLog = (problem, message, cause) =>
  new EnvError(kinds[problem], message.replace("is no log:", "is no episode store:"), { cause });
