// Memory by scope: tensors made inside one are released at its end, unless they are returned or kept.
import { show } from "./checks/show.js";
import { isDeferred } from "./deferred.js";
import { TorchError } from "./errors.js";
import { beginScope, endScope, type Handle, isHandle, moveOut } from "./handle.js";
import { native } from "./native.js";

/**
 * Runs `body` and releases every tensor made in it, except those in its result (searched through arrays, maps, sets
 * and objects), which pass to the surrounding scope, and those given to `keep`.
 *
 * @returns what `body` returns.
 * @throws TorchError `torch/async-scope` if `body` is asynchronous or a generator: a scope lasts for one synchronous
 * call, or its tensors would be released while the rest of `body` still uses them. Put a scope around each
 * synchronous stretch between two `await`s instead.
 */
export function scope<T>(body: () => T): T {
  beginScope();
  try {
    const result = body();
    if (isDeferred(result)) {
      throw new TorchError(
        "torch/async-scope",
        "scope() was given an asynchronous function or a generator, whose tensors would be released before it ends; " +
          "call scope() on the synchronous stretches between its awaits",
      );
    }
    forEachHandle(result, (handle) => moveOut(handle, 1), "scope");
    return result;
  } finally {
    endScope();
  }
}

/** Takes the tensors in `value` out of every scope: they live until `dispose()` or until the collector finds them. */
export function keep<T>(value: T): T {
  forEachHandle(value, (handle) => moveOut(handle), "keep");
  return value;
}

/** Releases every tensor in `value` (searched as `scope` searches a result). */
export function dispose(value: unknown): void {
  forEachHandle(value, (handle) => handle.dispose(), "dispose");
}

/**
 * Calls `visit` once for each tensor or generator reachable from `value`, however deep.
 * @param name caller, for the error. @throws TorchError `torch/argument` if a property or an iterator of an object throws
 */
export function forEachHandle(value: unknown, visit: (handle: Handle) => void, name = "forEachHandle"): void {
  const seen = new Set<object>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const node = waiting.pop();
    if (typeof node !== "object" || node === null || seen.has(node)) continue;
    seen.add(node);
    if (!isHandle(node)) push(waiting, node, name);
    else if (!node.isDisposed) visit(node);
  }
}

/** Adds what is inside `node`, the last first, so that it is taken in order. */
function push(waiting: unknown[], node: object, name: string): void {
  try {
    const items = inside(node);
    for (let i = items.length - 1; i >= 0; i--) waiting.push(items[i]);
  } catch (cause) {
    throw new TorchError(
      "torch/argument",
      `${name}: cannot look for tensors in ${show(node)}: reading it threw ${cause instanceof Error ? cause.message : show(cause)}`,
      { op: name, cause },
    );
  }
}

function inside(node: object): readonly unknown[] {
  if (ArrayBuffer.isView(node) || node instanceof ArrayBuffer) return [];
  if (Array.isArray(node)) return node;
  if (node instanceof Map) return [...node].flat(1);
  return node instanceof Set ? [...node] : Object.values(node);
}

/** Number of tensors and generators of this thread that are alive: the number a leak test compares. */
export function liveTensors(): number {
  return native.liveHandles();
}

/** Memory of a device. */
export interface MemoryStats {
  /** Bytes that tensors hold now. */
  readonly allocated: number;
  /** Bytes freed but kept for the next tensors; `emptyCache` returns them to the system. */
  readonly cached: number;
  /** The most that `allocated` has been since the start or `resetPeakMemory`. */
  readonly peak: number;
  /** Bytes beyond which tensors are refused with a TorchError `torch/memory`; on an accelerator, its size. */
  readonly limit: number;
  /** `liveTensors()` */
  readonly live: number;
}

/** Memory of tensors on `device` (default: the CPU), in bytes, over all threads of the process. */
export function memoryStats(device = "cpu"): MemoryStats {
  return native.memoryStats(device);
}

/** Resets the measurement of `memoryStats().peak`. */
export function resetPeakMemory(): void {
  native.resetPeakMemory();
}

/** Returns cached memory of freed tensors, on the CPU and on the accelerator, to the system. */
export function emptyCache(): void {
  native.emptyCache();
}

/**
 * Refuses CPU tensors beyond `bytes` in all with a TorchError `torch/memory`. Default: the memory of the machine, or of
 * the smallest cgroup that this process is in, less a reserve for JavaScript (a sixteenth, from 128 MiB to 1 GiB; an eighth
 * where there is less than 1 GiB). Below the limit, tensors are refused when the system has nothing left but that reserve.
 * @throws TorchError `torch/argument` for more bytes than the machine or the cgroup has.
 */
export function setMemoryLimit(bytes: number): void {
  native.setMemoryLimit(bytes);
}
