// Recurrent nets over whole sequences.
import { all, rank } from "./conditions.js";
import { type Check, refuse, text } from "./given.js";

const packed: Check = all(rank("batch_sizes", 1), rank("data", 2, 64), (given) => {
  const [sizes, data] = [given.tensor("batch_sizes"), given.tensor("data") ?? given.tensor("grad")];
  if (!sizes || !data) return;
  const list = given.elements(sizes);
  if (list.length === 0 || list.some((n, i) => n < 1 || n > (list[i - 1] ?? n)))
    refuse("batch_sizes", "must be positive and must not increase");
  const total = list.reduce((a, b) => a + b, 0);
  if (total !== data.shape[0])
    refuse("batch_sizes", `adds up to ${total}, but data has ${data.shape[0]} rows`);
});

/** Hidden states and weights of a recurrent net with `gates` gates fit the input and each other. */
const recurrent = (gates: number): Check =>
  all(packed, (given) => {
    const input = given.tensor("input") ?? given.tensor("data");
    const states = given.tensor("hx") ? [given.tensor("hx")!] : given.tensors("hx");
    const weights = given.tensors("params");
    const layers = given.integer("num_layers");
    if (!input || layers === undefined) return;
    const sequences = given.tensor("input") !== undefined;
    if (input.shape.length !== (sequences ? 3 : 2))
      refuse("input", `needs ${sequences ? 3 : 2} dimensions, has ${input.shape.length}`);
    const first = states[0];
    if (first === undefined || states.length !== (gates === 4 && !given.tensor("hx") ? 2 : 1))
      return refuse("hx", "needs a hidden state, and for an LSTM a cell state");
    const rows = layers * (given.value("bidirectional") === true ? 2 : 1);
    const sizes = given.tensor("batch_sizes");
    const batch = sizes ? given.range(sizes)[1] : input.shape[given.value("batch_first") === true ? 0 : 1];
    for (const state of states) {
      const [n, b] = state.shape;
      if (state.shape.length !== 3 || n !== rows || b !== batch)
        refuse("hx", `needs shape [${rows},${batch},…], has ${text(state.shape)}`);
    }
    const out = first.shape[2]!;
    const hidden = states.at(-1)!.shape[2]!;
    const wanted = Array.from({ length: rows }, (_, row) => {
      const inputs = row < rows / layers ? input.shape.at(-1)! : (out * rows) / layers;
      const biases = given.value("has_biases") === true ? [[gates * hidden], [gates * hidden]] : [];
      return [
        [gates * hidden, inputs],
        [gates * hidden, out],
        ...biases,
        ...(out === hidden ? [] : [[out, hidden]]),
      ];
    }).flat();
    if (weights.length !== wanted.length)
      refuse("params", `needs ${wanted.length} tensors, has ${weights.length}`);
    for (const [i, weight] of weights.entries()) {
      if (text(weight.shape) !== text(wanted[i]!))
        refuse("params", `its tensor ${i} needs shape ${text(wanted[i]!)}, has ${text(weight.shape)}`);
    }
  });

/** Checks by operator. */
export const recurrentChecks: Readonly<Record<string, Check>> = {
  lstm: recurrent(4),
  gru: recurrent(3),
  rnn_tanh: recurrent(1),
  rnn_relu: recurrent(1),
  _pad_packed_sequence: packed,
  _pack_padded_sequence_backward: packed,
};
