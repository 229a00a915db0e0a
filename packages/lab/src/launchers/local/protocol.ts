// Messages between a sweep and the process of a cell.
import type { CellEnd, CellJob, CellProgress } from "../launcher.js";

/** Messages to the cell: its job first, then perhaps a request to checkpoint and stop. */
export type ToCell =
  | {
      readonly kind: "job";
      readonly job: CellJob;
      readonly modules: readonly string[];
      /** Process id of the sweep: after its end, the cell is ended within `grace` seconds. */
      readonly parent: number;
      readonly grace: number;
    }
  | { readonly kind: "stop" };

/** Messages from the cell: progress, then the outcome. */
export type FromCell =
  | { readonly kind: "progress"; readonly progress: CellProgress }
  | { readonly kind: "end"; readonly end: CellEnd };
