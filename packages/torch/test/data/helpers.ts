import { type data, liveTensors, memoryStats, scope, Tensor } from "@throughline/torch";
import { afterEach, beforeEach, expect } from "vitest";

/** A dataset module beside this file. */
export function moduleOf(name: string): URL {
  return new URL(`./modules/${name}`, import.meta.url);
}

/** The values in a batch, for comparison: tensors as their dtype, shape and bytes. */
export function freeze(value: unknown): unknown {
  if (value instanceof Tensor) {
    return scope(() => `${value.dtype}[${value.shape}] ${Buffer.from(value.toBytes()).toString("hex")}`);
  }
  if (Array.isArray(value)) return value.map(freeze);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, freeze(item)]));
}

/** The batches of one epoch, or of its first `limit` ones. */
export async function drain<T, B>(loader: data.DataLoader<T, B>, limit = Infinity): Promise<unknown[]> {
  const batches: unknown[] = [];
  for await (const batch of loader) {
    batches.push(freeze(batch));
    if (batches.length >= limit) {
      release(batch);
      break;
    }
  }
  return batches;
}

/** Releases what a loop that was left early still held. */
export function release(value: unknown): void {
  if (value instanceof Tensor) value.dispose();
  else if (typeof value === "object" && value !== null) Object.values(value).forEach(release);
}

/** Fails each test of the file that leaves tensors alive or memory allocated. */
export function checkLeaks(): void {
  let live = 0;
  let allocated = 0;
  beforeEach(() => {
    live = liveTensors();
    allocated = memoryStats().allocated;
  });
  afterEach(() => {
    expect(liveTensors() - live, "live tensors").toBe(0);
    expect(memoryStats().allocated - allocated, "bytes").toBe(0);
  });
}
