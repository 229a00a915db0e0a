// Operations on any policy's memory.
import { scope, type Tensor } from "@throughline/torch";
import type { Memory } from "./sequence-policy.js";

/** The memory without its past: no gradient flows through it. */
export function detached(memory: Memory): Memory {
  return memory.map((tensor) => tensor.detach());
}

/** The memory in which some sequences begin anew. @param begins bool [B] */
export function forgotten(memory: Memory, begins: Tensor): Memory {
  return memory.map((tensor) =>
    scope(() => tensor.maskedFill(begins.reshape([-1, ...tensor.shape.slice(1).map(() => 1)]), 0)),
  );
}

/** The memory of some sequences. @param rows int64 [count] */
export function selected(memory: Memory, rows: Tensor): Memory {
  return memory.map((tensor) => tensor.indexSelect(0, rows));
}
