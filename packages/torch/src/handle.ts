// What JavaScript holds of a native object, and when that object dies.
import { native } from "./native.js";

// The net under the scopes: what nobody released is released when the collector finds its owner dead. Only handles
// that no scope owns are registered, so code inside a scope never pays for it.
const net = new FinalizationRegistry<number>((handle) => native.release(handle));
// Scopes opened by TypeScript; the addon opens one of its own around the backward pass of a custom function.
let depth = 0;

/** A tensor or a generator: a number that names a native object until it is released. */
export abstract class Handle implements Disposable {
  /** @internal */
  readonly handle: number;

  /** @internal */
  constructor(handle: number) {
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

  /** Whether the native object has been released. */
  get isDisposed(): boolean {
    return !native.isLive(this.handle);
  }
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

/** Takes `value` out of the innermost `levels` scopes (default: all); beyond the outermost one the collector owns it. */
export function moveOut(value: Handle, levels?: number): void {
  const unowned = native.escape(value.handle, 0);
  if (!unowned && native.escape(value.handle, levels)) net.register(value, value.handle);
}
