// A value on its way to another thread: its tensors go by token, without a copy; the rest is cloned.
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import { forEachHandle } from "../../memory.js";
import { receive } from "../../tensor/base.js";
import { Tensor } from "../../tensor/index.js";

/** Message of `postMessage` for a value with tensors. */
export interface Packet {
  /** The value with null for each tensor. */
  readonly value: unknown;
  readonly tensors: readonly Place[];
}

interface Place {
  readonly path: readonly (string | number)[];
  /** Handle from `share()`. It must be released unless it is received. */
  readonly token: number;
}

/** @throws TorchError `data/transfer` for a tensor where it cannot be carried. Shares nothing then. */
export function pack(value: unknown): Packet {
  const tensors: Place[] = [];
  try {
    return { value: strip(value, [], tensors), tensors };
  } catch (error) {
    releasePacket({ value: null, tensors });
    throw error;
  }
}

function strip(value: unknown, path: readonly (string | number)[], tensors: Place[]): unknown {
  if (value instanceof Tensor) {
    tensors.push({ path, token: value.share() });
    return null;
  }
  if (Array.isArray(value)) return value.map((item, i) => strip(item, [...path, i], tensors));
  if (typeof value !== "object" || value === null) return value;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, strip(item, [...path, key], tensors)]),
    );
  }
  forEachHandle(value, () => {
    throw new TorchError(
      "data/transfer",
      `${path.length === 0 ? "it" : `'${path.join(".")}'`} is or holds a tensor or generator inside ${show(value)}; ` +
        "between threads, tensors travel in arrays and plain objects",
    );
  });
  return value;
}

/** The value that was packed; its tensors are this thread's now. Once only. */
export function unpack({ value, tensors }: Packet): { value: unknown; tensors: Tensor[] } {
  const root = { value };
  const received = tensors.map(({ path, token }) => {
    const tensor = receive(token);
    const keys = ["value", ...path];
    const last = keys.pop()!;
    const parent = keys.reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], root);
    (parent as Record<string, unknown>)[last] = tensor;
    return tensor;
  });
  return { value: root.value, tensors: received };
}

/** Releases a packet that will not be unpacked. */
export function releasePacket({ tensors }: Packet): void {
  for (const { token } of tensors) {
    try {
      receive(token).dispose();
    } catch {
      // the other thread has it already
    }
  }
}
