// A trained net out of a file, ours or PyTorch's, ready to be measured.

import { io, noGrad, scope, type Tensor, type TorchError, zeros } from "@throughline/torch";
import {
  between,
  checkOptions,
  notAccepted,
  oneOf,
  optional,
  type Rules,
  whole,
} from "@throughline/torch/checks";
import { aText } from "../arguments.js";
import type { FusedCell } from "../cells/fused.js";
import { GruCell } from "../cells/gru.js";
import { LstmCell } from "../cells/lstm.js";
import { type Activation, VanillaCell } from "../cells/vanilla.js";
import { FlossingError } from "../errors.js";
import { describeNet, type FoundLayer, type FoundNet, findNets } from "./find.js";

/** Options of `loadNet`: what a file does not say. */
export interface LoadNetOptions {
  /** Net to load, by the beginning of its weights' names; needed where there are several. */
  readonly net?: string;
  /** Layer of a stack; needed where there are several. */
  readonly layer?: number;
  /** Place of the state dict within a `.pt` file. Default: see `io.loadPtStateDict`. */
  readonly key?: string;
  /**
   * Form of a vanilla net: see `VanillaOptions`. Default: `post`, PyTorch's, unless it has one bias as `VanillaCell`
   * does.
   */
  readonly form?: "pre" | "post";
  /** Activation of a vanilla net. Default `tanh`. */
  readonly activation?: Activation;
  /** Leak of a vanilla net. Default 1. */
  readonly leak?: number;
}

const rules: Rules<LoadNetOptions> = {
  net: aText,
  layer: optional(whole(0, 0)),
  key: aText,
  form: optional(oneOf(["pre", "post"], "post")),
  activation: optional(oneOf(["tanh", "relu", "identity"], "tanh")),
  leak: optional(between(0, 1, 1, true)),
};

/** A net from a checkpoint, in float64. */
export interface TrainedNet {
  readonly cell: FusedCell;
  /** Such as `gru encoder, layer 1 of 0, 1: 32 units`. */
  readonly name: string;
  /** Features that the net reads: for a layer further up those of layer 0. */
  readonly inputSize: number;
  /** Assumptions, in sentences. */
  readonly notes: readonly string[];
  /** Inputs of the cell for inputs `inputs` [T, B, F] of the net: those, or the states of the layer below. */
  drive(inputs: Tensor): Tensor;
  dispose(): void;
}

type Cell = VanillaCell | GruCell | LstmCell;

/**
 * A recurrent net out of a `.safetensors`, `.pt` or `.pth` file: `VanillaCell`, `GruCell`, `LstmCell`, or PyTorch's RNN, GRU, LSTM
 * and their cells, wherever in a model they stand. Nothing in the file is executed.
 * @throws TorchError `flossing/checkpoint` in one sentence if it holds no such net, or several and none was chosen; the `io/…`
 *   errors of its format
 */
export function loadNet(path: string, options: LoadNetOptions = {}): TrainedNet {
  if (typeof path !== "string") throw notAccepted("loadNet: the path", path, "a text");
  checkOptions("loadNet", rules, options);
  return scope(() => {
    const nets = findNets(io.loadStateDictFile(path, { key: options.key }));
    const found = choose(nets, options, path);
    const chosen = chooseLayer(found, options.layer);
    const upTo = found.layers.slice(0, found.layers.indexOf(chosen) + 1);
    checkStack(found, upTo);
    const cells = upTo.map((layer) => rebuild(found, layer, options));
    return trained(found, chosen, cells, options);
  });
}

function refuse(sentence: string): TorchError {
  return new FlossingError("flossing/checkpoint", sentence);
}

function choose(nets: readonly FoundNet[], { net }: LoadNetOptions, path: string): FoundNet {
  if (nets.length === 0) {
    throw refuse(
      `${path} holds no recurrent net: no weight_hh of a vanilla net, GRU or LSTM with its weight_ih`,
    );
  }
  const list = nets.map(describeNet).join("; ");
  const fitting = net === undefined ? nets : nets.filter(({ prefix }) => prefix === net);
  if (fitting.length === 1) return fitting[0]!;
  if (net === undefined)
    throw refuse(`${path} holds several nets (${list}); choose one by \`net\`, the beginning of its names`);
  throw refuse(`${path} holds no net ${net}, but ${list}`);
}

function chooseLayer({ prefix, kind, layers }: FoundNet, wanted: number | undefined): FoundLayer {
  const numbers = layers.map(({ number }) => number ?? 0);
  if (wanted === undefined && layers.length === 1) return layers[0]!;
  const place = numbers.indexOf(wanted ?? -1);
  if (place >= 0) return layers[place]!;
  const name = prefix === "" ? kind : `${kind} ${prefix}`;
  throw refuse(
    wanted === undefined
      ? `the ${name} has the layers ${numbers.join(", ")}; choose one by \`layer\``
      : `the ${name} has no layer ${wanted}, but ${numbers.join(", ")}`,
  );
}

/** The cell that has a layer's weights. */
function rebuild({ kind }: FoundNet, layer: FoundLayer, options: LoadNetOptions): Cell {
  const { weightIh, weightHh, biasIh, biasHh } = layer;
  const [inputs, units] = [weightIh.size(1), weightHh.size(1)];
  const { activation = "tanh", leak = 1 } = options;
  const form = formOf(layer, options);
  const bias = biasIh !== undefined;
  const dtype = "float64";
  const made =
    kind === "rnn"
      ? new VanillaCell(inputs, units, { form, activation, leak, dtype })
      : kind === "gru"
        ? new GruCell(inputs, units, { dtype, bias })
        : new LstmCell(inputs, units, { dtype, bias });
  noGrad(() => {
    made.weight_ih.copy_(weightIh);
    made.weight_hh.copy_(weightHh);
    if (made instanceof VanillaCell) {
      made.bias_ih.zero_();
      for (const one of [biasIh, biasHh]) if (one !== undefined) made.bias_ih.add_(one.to({ dtype }));
    } else if (biasIh !== undefined && biasHh !== undefined) {
      made.bias_ih?.copy_(biasIh);
      made.bias_hh?.copy_(biasHh);
    }
  });
  return made;
}

/** `VanillaCell` has one bias; PyTorch's RNN has two or none, and its layers have numbers. */
function isOurs({ number, biasIh, biasHh }: FoundLayer): boolean {
  return number === undefined && biasIh !== undefined && biasHh === undefined;
}

function formOf(layer: FoundLayer, { form }: LoadNetOptions): "pre" | "post" {
  return form ?? (isOurs(layer) ? "pre" : "post");
}

/** @throws TorchError unless each layer can be rebuilt and reads what the one below gives */
function checkStack(net: FoundNet, layers: readonly FoundLayer[]): void {
  if (layers.some(({ isProjected }) => isProjected)) {
    throw refuse("an LSTM whose states are projected (proj_size) cannot be rebuilt");
  }
  for (const [i, { number, weightIh }] of layers.entries()) {
    const below = layers[i - 1];
    const [reads, gives] = [weightIh.size(1), below?.weightHh.size(1)];
    if (gives === undefined || reads === gives) continue;
    const why = net.isBidirectional
      ? " (the net is bidirectional: its states depend on what is still to come)"
      : "";
    throw refuse(`layer ${number} reads ${reads} numbers, and layer ${below?.number} gives ${gives}${why}`);
  }
}

function unitsOf(cell: Cell): number {
  return cell.weight_hh.size(1);
}

function trained(
  net: FoundNet,
  chosen: FoundLayer,
  cells: readonly Cell[],
  options: LoadNetOptions,
): TrainedNet {
  const cell = cells.at(-1)!;
  const place = net.layers.length > 1 ? `, layer ${chosen.number}` : "";
  const kind = { rnn: "vanilla net", gru: "GRU", lstm: "LSTM" }[net.kind];
  const name = `${kind}${net.prefix === "" ? "" : ` ${net.prefix}`}${place}: ${unitsOf(cell)} units`;
  return {
    ...{ cell, name, inputSize: cells[0]!.inputSize, notes: notesOn(net, chosen, options) },
    drive: (inputs) =>
      scope(() =>
        cells.slice(0, -1).reduce((read, below) => {
          const start = zeros([read.size(1), below.stateSize], { dtype: "float64" });
          return below.scan(read, start).narrow(-1, 0, unitsOf(below));
        }, inputs),
      ),
    dispose() {
      for (const one of cells) one.dispose();
    },
  };
}

function notesOn(net: FoundNet, layer: FoundLayer, options: LoadNetOptions): string[] {
  const notes: string[] = [];
  if (net.kind === "rnn") {
    if (options.form === undefined) {
      notes.push(
        isOurs(layer)
          ? "it has one bias and is taken for a VanillaCell of form pre"
          : "it is taken for PyTorch's RNN, of form post",
      );
    }
    if (options.activation === undefined)
      notes.push("its activation is assumed to be tanh, which the file does not record");
  }
  if (net.isBidirectional) notes.push("of its two directions the forward one is measured");
  return notes;
}
