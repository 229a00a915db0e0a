// Models of others that a system can convert: one verb, `import`, for all systems.
import type { FlagEntry, Verb } from "./command.js";

/** A kind of checkpoint before what converts it is loaded. */
export interface ImporterEntry {
  /** The system's name, one word, such as `ocra`. */
  readonly name: string;
  /** What its checkpoints hold, with its article, such as `a slot autoencoder`. */
  readonly purpose: string;
  /** Names of tensors of which its checkpoints, and no others, have one; anything may come before them. */
  readonly marks: readonly string[];
  /** Flags beside `out` (the new file) and `key` (the place of the state dict). */
  readonly flags: Readonly<Record<string, FlagEntry>>;
  /** Loads what converts: it is given the checkpoint as the operand. */
  load(): Promise<Verb>;
}
