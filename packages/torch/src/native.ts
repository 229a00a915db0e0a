// The addon's interface, as packages/torch/native registers it. Handles are numbers; nothing here is public.
import { createRequire } from "node:module";
import { join } from "node:path";
import { TorchError } from "./errors.js";
import { mayMend, requireCompiled, setUp, torchRoot } from "./first-use.js";

export interface NativeArgument {
  readonly name: string;
  /** Kind of the argument: `T` tensor, `[i` list of integers, `d~` optional dtype …; see native/convert.h. */
  readonly code: string;
  readonly hasDefault: boolean;
  readonly kwargOnly: boolean;
  readonly write: boolean;
}

export interface NativeOperator {
  readonly id: number;
  readonly schema: string;
  readonly args: readonly NativeArgument[];
  /** `alias` is the argument that the result is (in-place and out variants), or -1. */
  readonly returns: readonly { readonly code: string; readonly alias: number }[];
}

/** A TorchError from the addon, which knows what failed but not the name of what was called. */
export class NativeFailure extends TorchError {}

type Bytes = ArrayBuffer | ArrayBufferView;
/** A tensor as another addon of this package takes it. */
export type LentTensor = object & { readonly lent: unique symbol };
type Complex = { readonly re: number; readonly im: number };
type HandleOrNull = number | null;

export interface Native {
  findOperator(name: string, overload: string): NativeOperator;
  operatorNames(): string[];
  callOperator(id: number, ...args: unknown[]): unknown;
  differentForm(lists: readonly (readonly number[])[]): [list: number, position: number] | null;

  shape(tensor: number): number[];
  strides(tensor: number): number[];
  numel(tensor: number): number;
  dim(tensor: number): number;
  dtype(tensor: number): number;
  device(tensor: number): string;
  layout(tensor: number): number;
  isSame(a: number, b: number): boolean;
  version(tensor: number): number;
  dataPointer(tensor: number): number;
  isContiguous(tensor: number, memoryFormat: number): boolean;
  fromBytes(bytes: Bytes, shape: readonly number[], dtype: number): number;
  toBytes(tensor: number): ArrayBuffer;
  viewBytes(tensor: number): ArrayBuffer;
  share(tensor: number): number;
  receive(token: number): number;
  lend(tensor: number): LentTensor;
  item(tensor: number): number | bigint | boolean | Complex;

  backward(
    tensors: number[],
    gradients: HandleOrNull[],
    retain: boolean,
    create: boolean,
    inputs: number[],
  ): void;
  grad(
    outputs: number[],
    inputs: number[],
    gradOutputs: HandleOrNull[],
    retain: boolean,
    create: boolean,
    allowUnused: boolean,
  ): HandleOrNull[];
  requiresGrad(tensor: number): boolean;
  setRequiresGrad(tensor: number, on: boolean): void;
  isLeaf(tensor: number): boolean;
  isInference(tensor: number): boolean;
  retainGrad(tensor: number): void;
  getGrad(tensor: number): HandleOrNull;
  setGrad(tensor: number, gradient: HandleOrNull): void;
  setData(tensor: number, source: number): void;
  gradFunctionName(tensor: number): string | null;
  addHook(tensor: number, hook: (gradient: number) => number | undefined): number;
  removeHook(tensor: number, position: number): void;
  weakenHooks(): void;
  applyFunction(
    inputs: number[],
    forward: (inputs: number[]) => number[],
    backward: (gradients: HandleOrNull[], saved: HandleOrNull[]) => HandleOrNull[],
  ): number[];
  saveForBackward(tensors: number[]): void;
  markDirty(tensors: number[]): void;
  markNonDifferentiable(tensors: number[]): void;
  setGradMode(on: boolean): boolean;
  gradMode(): boolean;
  enterInference(): void;
  exitInference(): void;
  inferenceMode(): boolean;
  enterDualLevel(): number;
  exitDualLevel(level: number): void;
  forceEngineThread(on: boolean): void;

  memoryStats(device: string): {
    allocated: number;
    cached: number;
    peak: number;
    limit: number;
    live: number;
  };
  resetPeakMemory(): void;
  setMemoryLimit(bytes: number): void;
  systemMemory(root: string): [total: number, available: number];
  emptyCache(): void;
  liveHandles(): number;
  release(handle: number): boolean;
  isLive(handle: number): boolean;
  beginScope(): void;
  endScope(): void;
  escape(handle: number, levels?: number): boolean;

  setErrorClass(type: typeof NativeFailure): void;
  getNumThreads(): number;
  setNumThreads(threads: number): void;
  setFlushDenormal(on: boolean): boolean;
  setDeterministic(on: boolean): void;
  libtorchVersion(): string;
  accelerator(): { type: string; count: number } | null;
  synchronize(): void;
  manualSeed(seed: number | bigint): void;
  newGenerator(device: string): number;
  defaultGenerator(device: string): number;
  generatorSeed(generator: number, seed: number | bigint): void;
  generatorInitialSeed(generator: number): bigint;
  generatorState(generator: number): number;
  setGeneratorState(generator: number, state: number): void;
  setAutocast(deviceType: string, on: boolean, dtype: number): [boolean, number];
  autocastNesting(step: 1 | -1): void;
  loadLibrary(path: string, hash: string): void;
  loadedLibraries(): [path: string, hash: string][];
}

const FILE = "throughline_torch.node";

/** Path of the addon. @throws TorchError `torch/setup` if there is none and none can be made */
export const addonPath = (): string => requireCompiled(torchRoot, FILE);

function load(): Native {
  const path = addonPath();
  try {
    return open(path);
  } catch (error) {
    // The libtorch that it was made for may be gone from the user's cache: set-up brings it back.
    if (!mayMend()) throw error;
  }
  return open(setUp(torchRoot, FILE));
}

function open(path: string): Native {
  try {
    const native = createRequire(import.meta.url)(path) as Native;
    native.setErrorClass(NativeFailure);
    return native;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const doctor = `node ${join(torchRoot, "setup", "doctor.mjs")}`;
    throw new TorchError("torch/setup", `the native addon does not load (${reason}); run: ${doctor}`, {
      cause,
    });
  }
}

/** The addon, loaded once for each thread. */
export const native: Native = load();
