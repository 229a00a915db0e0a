// One step of a rollout through a whole transformer in one operator. Caches lie in memory with room behind them: the next step's keys and
// values are written there, and what was a cache of W rows becomes one that begins a row later, so that nothing is copied but once in W steps.
import { isGradEnabled, type Tensor } from "@throughline/torch";
import type { BandedTransformer } from "./banded-transformer.js";
import { operators } from "./operators.js";

type Memory = readonly Tensor[];

/** The memory that a call's caches lie in, all alike: rows that are written, and rows that it has. */
interface Room {
  written: number;
  readonly rows: number;
}

/** End of each cache in its memory. It may be written behind if that is as far as the memory is written: another step may have been first. */
const rooms = new WeakMap<Tensor, { readonly room: Room; readonly end: number }>();

/** Tensors of the blocks in the operator's order. */
function weightsOf(net: BandedTransformer): Tensor[] {
  return net.blocks.items.flatMap(({ pre_r_ln, r, mlp0, mlp1 }) => {
    const { ln_x, q_layer, k_layer, v_layer, r_layer, b_nd, proj_layer } = r.items.orc_block;
    const { norm, layer } = mlp0.items;
    const last = mlp1.items.layer;
    return [
      ...[pre_r_ln.weight!, pre_r_ln.bias!, ln_x.weight!, ln_x.bias!],
      ...[q_layer.weight, q_layer.bias!, k_layer.weight, v_layer.weight, r_layer.weight, r_layer.bias!],
      ...[b_nd, proj_layer.weight, proj_layer.bias!],
      ...[norm.weight!, norm.bias!, layer.weight, last.weight, last.bias!],
    ];
  });
}

/** What a step of the transformer is given beside its stream, in the order of the operators' arguments. */
export type Past = readonly [
  weights: readonly Tensor[],
  caches: readonly Tensor[],
  valid: Tensor,
  heads: number,
  epsilon: number,
  inPlace: boolean,
  room: number,
];

/**
 * A single step after a memory, which stays what it is: of two steps that follow the same one, the second gets memory of its own.
 * @param memory as that of the net
 * @param run calls an operator, which gives a tensor and the memory after the step, or nothing if the tensors are not such as it takes
 */
export function stepAfter(
  net: BandedTransformer,
  memory: Memory,
  run: (past: Past) => Tensor[],
): { readonly x: Tensor; readonly memory: Memory } | undefined {
  const [valid, ...caches] = memory as [Tensor, ...Tensor[]];
  const { heads, window } = net.sizes;
  const place = rooms.get(caches[0]!);
  const inPlace =
    place !== undefined &&
    place.end === place.room.written &&
    place.end < place.room.rows &&
    caches.every((cache) => rooms.get(cache)?.room === place.room && rooms.get(cache)?.end === place.end);
  const { eps } = net.blocks.at(0).pre_r_ln;
  const [out, ...after] = run([weightsOf(net), caches, valid, heads, eps, inPlace, window]);
  if (out === undefined) return undefined;
  const room = inPlace ? place.room : { written: window, rows: 2 * window };
  if (inPlace) room.written++;
  for (const cache of after.slice(1)) rooms.set(cache, { room, end: room.written });
  return { x: out, memory: after };
}

/** The step of `net`, if it is one that the operator takes: a single one in float32 on the CPU, without gradient. */
export function transformerStep(
  net: BandedTransformer,
  x: Tensor,
  memory: Memory,
): { readonly x: Tensor; readonly memory: Memory } | undefined {
  if (isGradEnabled() || x.size(1) !== 1 || x.numel === 0) return undefined;
  return stepAfter(net, memory, (past) => operators().transformer_step(x, ...past));
}
