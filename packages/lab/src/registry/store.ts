// Kinds of recorded data on disk that a system can look at, check and convert.
import type { CommandResult } from "./command.js";

/** Work of the command on data of one kind. */
export interface StoreKind {
  /** The data that a path means: itself, or what lies in a run's directory; undefined if it is none of this kind. */
  find(path: string): string | undefined;
  /** True for a file of another format that `convert` makes data of this kind of. */
  makes(file: string): boolean;
  /** Card, counts and sizes. */
  inspect(path: string): Promise<CommandResult>;
  /**
   * Compares everything with its checksums and plays samples again.
   * @param replay number of samples to play again; all if there are fewer
   * @returns `isWhole`: nothing was found wrong
   */
  validate(path: string, replay: number): Promise<CommandResult & { readonly isWhole: boolean }>;
  /** Converts to or from another format, by the target's form. @throws ThroughlineError for what cannot be converted */
  convert(path: string, target: string): Promise<CommandResult>;
}

/** A kind of data on disk before it is loaded. */
export interface StoreEntry {
  /** One word, such as `episodes`. */
  readonly name: string;
  /** What it is, in one line. */
  readonly purpose: string;
  load(): Promise<StoreKind>;
}
