// The addon of process groups, loaded when the first group is made: it is optional, since a libtorch may come without gloo.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { TorchError } from "../errors.js";
import { compiledFile, mayMend, setUp, torchRoot } from "../first-use.js";
import type { LentTensor } from "../native.js";

/** A group, of the addon's. */
export type NativeGroup = object & { readonly group: unique symbol };

/** As packages/torch/native-distributed/addon.cpp registers it. */
export interface NativeDistributed {
  join(membership: {
    readonly rank: number;
    readonly size: number;
    readonly host: string;
    readonly port: number;
    /** Socket that listens already; -1: none. */
    readonly listening: number;
    /** Empty: the one that belongs to the host. */
    readonly interface: string;
    /** Milliseconds. */
    readonly timeout: number;
  }): Promise<{ readonly group: NativeGroup; readonly port: number }>;
  allReduce(group: NativeGroup, tensors: readonly LentTensor[], op: number): Promise<void>;
  broadcast(group: NativeGroup, tensors: readonly LentTensor[], source: number): Promise<void>;
  allGather(
    group: NativeGroup,
    tensors: readonly LentTensor[],
    outputs: readonly LentTensor[],
  ): Promise<void>;
  barrier(group: NativeGroup): Promise<void>;
  diagnose(group: NativeGroup): Promise<string>;
  leave(group: NativeGroup, how: string): Promise<void>;
}

const FILE = "throughline_distributed.node";
const SOURCES = "native-distributed";

let loaded: NativeDistributed | undefined;

/** The addon. @throws TorchError `torch/setup` where there is none */
export function nativeDistributed(): NativeDistributed {
  loaded ??= load();
  return loaded;
}

function load(): NativeDistributed {
  const found = compiledFile(torchRoot, FILE);
  const path = !existsSync(found) && mayMend() ? setUp(torchRoot, FILE, SOURCES) : found;
  if (!existsSync(path)) throw refuse(reasonOf(path));
  try {
    return createRequire(import.meta.url)(path) as NativeDistributed;
  } catch (cause) {
    throw refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** What set-up has written down about why it is not there. */
function reasonOf(path: string): string {
  try {
    return readFileSync(`${path}.why`, "utf8").trim();
  } catch {
    return `there is no ${path}; run: npm run setup`;
  }
}

function refuse(reason: string, cause?: unknown): TorchError {
  return new TorchError("torch/setup", `groups of processes are not available here: ${reason}`, { cause });
}
