// Recurrent nets among the tensors of a checkpoint, by the names that PyTorch gives their weights.
import type { Tensor } from "@throughline/torch";

/** One layer's weights. */
export interface FoundLayer {
  /** Counted from 0; undefined for a cell, which is no part of a stack. */
  readonly number: number | undefined;
  readonly weightIh: Tensor;
  readonly weightHh: Tensor;
  readonly biasIh?: Tensor;
  readonly biasHh?: Tensor;
  /** True if its states are projected (LSTM with `proj_size`). */
  readonly isProjected: boolean;
}

/** A net: layers whose names begin alike. */
export interface FoundNet {
  /** Prefix of the weights' names, without the last dot; may be empty. */
  readonly prefix: string;
  readonly kind: "rnn" | "gru" | "lstm";
  readonly layers: readonly FoundLayer[];
  /** True if there are weights of a backward direction, which are left out. */
  readonly isBidirectional: boolean;
}

const NAME = /^(?:(.*)\.)?weight_hh(?:_l(\d+))?$/;
const kinds: Readonly<Record<number, FoundNet["kind"]>> = { 1: "rnn", 3: "gru", 4: "lstm" };

/** All nets in a checkpoint, in the order of their names. */
export function findNets(tensors: Readonly<Record<string, Tensor>>): FoundNet[] {
  const nets = new Map<string, { prefix: string; kind: FoundNet["kind"]; layers: FoundLayer[] }>();
  for (const name of Object.keys(tensors)) {
    const [, prefix = "", digits] = NAME.exec(name) ?? [];
    if (!NAME.test(name)) continue;
    const layer = layerOf(tensors, name, digits);
    const kind = layer && kindOf(layer);
    if (layer === undefined || kind === undefined) continue;
    const key = `${prefix} ${digits === undefined ? "cell" : "stack"}`;
    const net = nets.get(key) ?? { prefix, kind, layers: [] };
    net.layers.push(layer);
    nets.set(key, net);
  }
  return [...nets.values()].map((net) => ({
    ...net,
    layers: net.layers.sort((a, b) => (a.number ?? 0) - (b.number ?? 0)),
    isBidirectional: Object.hasOwn(
      tensors,
      `${net.prefix === "" ? "" : `${net.prefix}.`}weight_hh_l0_reverse`,
    ),
  }));
}

function layerOf(
  tensors: Readonly<Record<string, Tensor>>,
  name: string,
  digits: string | undefined,
): FoundLayer | undefined {
  const at = (part: string): Tensor | undefined => {
    const key = name.replace(/weight_hh(?=(_l\d+)?$)/, part);
    return Object.hasOwn(tensors, key) ? tensors[key] : undefined;
  };
  const [weightIh, weightHh, biasIh, biasHh] = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map(at);
  if (weightIh?.ndim !== 2 || weightHh?.ndim !== 2 || weightIh.size(0) !== weightHh.size(0)) return undefined;
  return {
    number: digits === undefined ? undefined : Number(digits),
    ...{ weightIh, weightHh },
    ...(biasIh && { biasIh }),
    ...(biasHh && { biasHh }),
    isProjected: at("weight_hr") !== undefined,
  };
}

function kindOf({ weightHh, isProjected }: FoundLayer): FoundNet["kind"] | undefined {
  return isProjected ? "lstm" : kinds[weightHh.size(0) / weightHh.size(1)];
}

/** Description of a net, in words: `gru encoder with layers 0, 1`. */
export function describeNet({ prefix, kind, layers }: FoundNet): string {
  const name = prefix === "" ? kind : `${kind} ${prefix}`;
  const numbers = layers.flatMap(({ number }) => number ?? []);
  return numbers.length > 1 ? `${name} with layers ${numbers.join(", ")}` : name;
}
