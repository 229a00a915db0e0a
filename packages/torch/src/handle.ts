// JavaScript's handle of a native object, and the end of that object.
import { TorchError } from "./errors.js";
import { native } from "./native.js";

// The net under the scopes: what nobody released is released when the collector finds its owner dead. Only handles
// that no scope owns are registered, so code inside a scope never pays for it.
const net = new FinalizationRegistry<number>((handle) => {
  native.release(handle);
  weakenHooksSoon();
});
// Scopes opened by TypeScript; the addon opens one of its own around the backward pass of a custom function.
let depth = 0;

/** A tensor or a generator: a number that names a native object until it is released. */
export abstract class Handle implements Disposable {
  /** @internal */
  readonly handle: number;

  /** @internal */
  constructor(handle: number) {
    if (typeof handle !== "number")
      throw new TorchError(
        "torch/argument",
        `new ${new.target.name}: is made by functions such as tensor(), zeros() and Generator.create(), not by new`,
      );
    this.handle = handle;
    adopt(this);
  }

  /** Releases the native object now. Using it afterwards throws; releasing it twice does nothing. */
  dispose(): void {
    native.release(this.handle);
  }

  /** Releases the native object at the end of the block of a `using` declaration. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** True if the native object has been released. */
  get isDisposed(): boolean {
    return !native.isLive(this.handle);
  }
}

// A collected object may have been the last reason to keep a tensor that only its own hooks still refer to.
let hooked = false;
let looking = false;

function weakenHooksSoon(): void {
  if (!hooked || looking) return;
  looking = true;
  queueMicrotask(() => {
    looking = false;
    native.weakenHooks();
  });
}

const hooksOf = new WeakMap<Handle, Set<object>>();

/**
 * Has `owner` hold a hook of its own native tensor, which lets go of it where nothing but `owner` could reach the
 * tensor: see native/hooks.h. @returns what ends it.
 */
export function holdHook(owner: Handle, hook: object): () => void {
  hooked = true;
  const hooks = hooksOf.get(owner) ?? new Set();
  hooksOf.set(owner, hooks.add(hook));
  return () => hooks.delete(hook);
}

/** Puts the net under a new owner, unless a scope owns its handle. */
export function adopt(value: Handle): void {
  if (depth === 0) net.register(value, value.handle);
}

/** Opens a scope. */
export function beginScope(): void {
  native.beginScope();
  depth++;
}

/** Ends the innermost scope and releases what it owns. */
export function endScope(): void {
  native.endScope();
  depth--;
}

/**
 * Takes `value` out of the innermost `levels` scopes (default: all); beyond the outermost one the collector owns
 * it.
 */
export function moveOut(value: Handle, levels?: number): void {
  const unowned = native.escape(value.handle, 0);
  if (!unowned && native.escape(value.handle, levels)) net.register(value, value.handle);
}

/** True if `value` is a tensor or a generator. Never throws. */
export function isHandle(value: unknown): value is Handle {
  try {
    return value instanceof Handle;
  } catch {
    return false; // a proxy that is revoked or throws
  }
}
