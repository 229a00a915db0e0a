/** What a fuzz found. */
export interface Outcome {
  calls: number;
  /** Calls that returned. */
  succeeded: number;
  /** Calls that failed as they should, by the code of their TorchError. */
  codes: Record<string, number>;
  /** Calls that ended otherwise. */
  failures: { op: string; args: unknown[]; wrong: string }[];
}

export interface Options {
  names: readonly string[];
  /** Calls of each name. */
  runs: number;
  seed: number;
  /** Processes at once. Default 1. */
  jobs?: number;
  /** A call that takes longer hangs. Default 20. */
  hangSeconds?: number;
  /** Bytes for tensors in each process. Default 512 MiB. */
  memoryLimit?: number;
  /** Bytes a process may hold in all. Default 3 GiB. */
  residentLimit?: number;
  /** After how many deaths of a process a name is given up. Default 3. */
  deathsPerOperator?: number;
  /** After how many wrong errors a name is given up. Default 3. */
  wrongsPerName?: number;
  /** Gets a line for each failure at once. */
  report?: (line: string) => void;
  env?: Record<string, string>;
}

export function fuzz(options: Options): Promise<Outcome>;
