// Process-wide settings of libtorch: threads, devices, determinism.
import { attempt } from "./dispatch.js";
import { native } from "./native.js";

/** The version of the libtorch in use, such as `2.13.0`. */
export function libtorchVersion(): string {
  return native.libtorchVersion();
}

/** Number of threads that one operator may use on the CPU. */
export function getNumThreads(): number {
  return native.getNumThreads();
}

/** Sets how many threads one operator may use on the CPU (at least 1). */
export function setNumThreads(threads: number): void {
  attempt("setNumThreads", () => native.setNumThreads(threads));
}

/** Treats denormal floating-point numbers as zero on this thread. @returns whether the CPU can. */
export function setFlushDenormal(on: boolean): boolean {
  return native.setFlushDenormal(on);
}

/** Makes operators that have no deterministic algorithm throw (`torch.use_deterministic_algorithms`). */
export function useDeterministicAlgorithms(on: boolean): void {
  native.setDeterministic(on);
}

/** The accelerator that libtorch sees, such as `{ type: "cuda", count: 2 }`; null if there is none. */
export function accelerator(): { type: string; count: number } | null {
  return native.accelerator();
}

/** Every device that a tensor can be on: `cpu`, then each accelerator. */
export function devices(): string[] {
  const found = accelerator();
  return ["cpu", ...Array.from({ length: found?.count ?? 0 }, (_, i) => `${found?.type}:${i}`)];
}

/** Waits until the accelerator has finished all queued work; returns at once on the CPU. */
export function synchronize(): void {
  attempt("synchronize", () => native.synchronize());
}
