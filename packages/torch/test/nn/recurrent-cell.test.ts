// One interface for everything that goes from step to step: layers' cells, and states that are trees.
import {
  cat,
  grad,
  nn,
  noGrad,
  rand,
  randn,
  scope,
  stack,
  type Tensor,
  tensor,
  zeros,
} from "@throughline/torch";
import { afterEach, describe, expect } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const made: nn.AnyModule[] = [];
/** The module, released after the test. */
function owned<M extends nn.AnyModule>(module: M): M {
  made.push(module);
  return module;
}
afterEach(() => {
  for (const module of made.splice(0)) module.dispose();
});

const { scan } = nn;
const [TIME, BATCH, INPUTS, UNITS] = [7, 3, 4, 5] as const;
const double = { dtype: "float64" } as const;
const sequence = () => randn([TIME, BATCH, INPUTS], double);

type Cell = nn.RNNCell | nn.GRUCell | nn.LSTMCell;
type Layer = nn.Module<[Tensor], unknown>;
const kinds: [string, () => Cell, () => Layer][] = [
  ["RNN", () => owned(new nn.RNNCell(INPUTS, UNITS, double)), () => owned(new nn.RNN(INPUTS, UNITS, double))],
  ["GRU", () => owned(new nn.GRUCell(INPUTS, UNITS, double)), () => owned(new nn.GRU(INPUTS, UNITS, double))],
  [
    "LSTM",
    () => owned(new nn.LSTMCell(INPUTS, UNITS, double)),
    () => owned(new nn.LSTM(INPUTS, UNITS, double)),
  ],
];

describe("cells of nn", () => {
  for (const [name, makeCell, makeLayer] of kinds) {
    scoped(`${name}Cell over time is ${name}`, () => {
      const [cell, layer] = [makeCell(), makeLayer()];
      const renamed = Object.entries(cell.stateDict()).map(([key, value]) => [`${key}_l0`, value] as const);
      layer.loadStateDict(Object.fromEntries(renamed));
      const inputs = sequence();
      const { outputs, state } = scan<Tensor>(cell, inputs);
      const [wanted, last] = layer.forward(inputs) as [Tensor, Tensor | [Tensor, Tensor]];
      expect(outputs).toBeClose(wanted);
      expect(state).toBeClose(cat(Array.isArray(last) ? last : [last], -1).squeeze(0));
    });

    scoped(`${name}Cell: a step is forward, and goes on where a scan ended`, () => {
      const cell = makeCell();
      const inputs = sequence();
      expect(cell.start(2)).toBeClose(zeros([2, cell.stateSize], double));
      const whole = scan<Tensor>(cell, inputs);
      const before = scan<Tensor>(cell, inputs.narrow(0, 0, 4));
      const after = scan<Tensor>(cell, inputs.narrow(0, 4, 3), before.state);
      expect(cat([before.outputs, after.outputs])).toBeClose(whole.outputs);
      expect(after.state).toBeClose(whole.state);
    });
  }
});

/** Outputs of a row that begins anew before the steps in `at`: its parts, each scanned alone. */
function inParts(cell: Cell, inputs: Tensor, row: number, at: readonly number[]): Tensor {
  const bounds = [0, ...at, TIME];
  const parts = bounds.slice(0, -1).map((from, i) => {
    const part = inputs.narrow(1, row, 1).narrow(0, from, bounds[i + 1]! - from);
    return scan<Tensor>(cell, part).outputs;
  });
  return cat(parts);
}

const starts = [[], [2, 5], [6]];
const resets = (): Tensor =>
  tensor(Array.from({ length: TIME }, (_, time) => starts.map((at) => at.includes(time))));

describe("episodes", () => {
  for (const [name, makeCell] of kinds) {
    scoped(`${name}Cell: rows that begin anew are as if scanned alone`, () => {
      const cell = makeCell();
      const inputs = sequence();
      const { outputs } = scan<Tensor>(cell, inputs, undefined, { resets: resets() });
      for (const [row, at] of starts.entries()) {
        expect(outputs.narrow(1, row, 1)).toBeClose(inParts(cell, inputs, row, at));
      }
    });
  }

  scoped("gradients do not pass the beginning of an episode", () => {
    const cell = owned(new nn.GRUCell(INPUTS, UNITS, double));
    const inputs = sequence().requiresGrad_();
    const { state } = scan(cell, inputs, undefined, { resets: resets() });
    const [gradient] = grad(state.sum(), [inputs]);
    const reached = gradient!.abs().sum({ dim: -1 }).gt(0).toArray();
    const wanted = Array.from({ length: TIME }, (_, time) => starts.map((at) => time >= (at.at(-1) ?? 0)));
    expect(reached).toEqual(wanted);
  });

  scoped("a state that is given holds until the first beginning", () => {
    const cell = owned(new nn.GRUCell(INPUTS, UNITS, double));
    const [inputs, state] = [sequence(), randn([BATCH, UNITS], double)];
    const cut = scan(cell, inputs, state, { resets: resets() }).outputs;
    expect(cut.select(1, 0)).toBeClose(scan(cell, inputs, state).outputs.select(1, 0));
    expect(cut.narrow(0, 2, 5).select(1, 1)).toBeClose(
      scan(cell, inputs.narrow(0, 2, 5), undefined, { resets: resets().narrow(0, 2, 5) }).outputs.select(
        1,
        1,
      ),
    );
  });
});

/** An agent's memory: the last few inputs and how many there were, as an object. */
interface Recent {
  readonly seen: readonly [Tensor, Tensor];
  readonly count: Tensor;
}
const recent: nn.RecurrentCell<Recent> = {
  inputSize: INPUTS,
  start: (batch) => ({
    seen: [zeros([batch, INPUTS], double), zeros([batch, INPUTS], double)],
    count: zeros([batch], double),
  }),
  step: (input, { seen, count }) => ({ seen: [input, seen[0]], count: count.add(1) }),
  output: ({ seen, count }) => cat([...seen, count.unsqueeze(-1)], -1),
};

/**
 * The memory of a one-layer Transformer-XL: the last `length` inputs of its attention, and what it answered, which is no
 * function of those alone.
 */
class SegmentMemory
  extends nn.Module<[x: Tensor, memory: Tensor], Tensor>
  implements nn.RecurrentCell<Segment>
{
  readonly inputSize = INPUTS;
  readonly project = new nn.Linear(INPUTS, INPUTS, double);

  readonly length: number;

  constructor(length: number) {
    super();
    this.length = length;
  }

  override forward(x: Tensor, memory: Tensor): Tensor {
    const context = cat([memory, x.unsqueeze(1)], 1);
    const shares = context.matmul(this.project.forward(x).unsqueeze(-1)).softmax(1);
    return context.mul(shares).sum({ dim: 1 });
  }

  start(batch: number): Segment {
    return { memory: zeros([batch, this.length, INPUTS], double), answer: zeros([batch, INPUTS], double) };
  }

  step(input: Tensor, { memory }: Segment): Segment {
    const kept = cat([memory.narrow(1, 1, this.length - 1), input.unsqueeze(1)], 1);
    return { memory: kept.detach(), answer: this.forward(input, memory) };
  }

  output({ answer }: Segment): Tensor {
    return answer;
  }
}
interface Segment {
  readonly memory: Tensor;
  readonly answer: Tensor;
}

describe("states that are trees", () => {
  scoped("an agent's memory of its last inputs and their number, over episodes", () => {
    const inputs = sequence();
    const { outputs, state } = scan(recent, inputs, undefined, { resets: resets() });
    expect(outputs.shape).toEqual([TIME, BATCH, 2 * INPUTS + 1]);
    const counts = outputs.select(-1, -1).toArray() as number[][];
    expect(counts.map((row) => row[1])).toEqual([1, 2, 1, 2, 3, 1, 2]);
    expect(outputs.select(1, 1).select(0, 5).narrow(0, INPUTS, INPUTS)).toBeClose(zeros([INPUTS], double));
    expect(state.seen[1].select(0, 0)).toBeClose(inputs.select(0, 5).select(0, 0));
  });

  scoped("a Transformer-XL's memory: each answer is attention over the steps that are remembered", () => {
    const cell = owned(new SegmentMemory(3));
    const inputs = sequence();
    const { outputs, state } = scan<Segment>(cell, inputs, undefined, { resets: resets() });
    expect(state.memory.select(0, 0)).toBeClose(inputs.select(1, 0).narrow(0, 4, 3));
    const before = inputs.select(1, 1).narrow(0, 2, 2).unsqueeze(0); // row 1 at step 4: its episode began at step 2
    const memory = cat([zeros([1, 1, INPUTS], double), before], 1);
    const wanted = cell.forward(inputs.select(0, 4).narrow(0, 1, 1), memory);
    expect(outputs.select(0, 4).narrow(0, 1, 1)).toBeClose(wanted);
  });

  scoped("a cell's own scan serves where nothing begins anew", () => {
    const gru = owned(new nn.GRUCell(INPUTS, UNITS, double));
    let calls = 0;
    const fast: nn.RecurrentCell = {
      inputSize: INPUTS,
      start: (batch) => gru.start(batch),
      step: (input, state) => gru.step(input, state),
      output: (state) => state.mul(2),
      scan(inputs, state) {
        calls++;
        return statesOf(gru, inputs, state);
      },
    };
    const inputs = sequence();
    const { outputs, state } = scan(fast, inputs);
    const wanted = scan(gru, inputs);
    expect(calls).toBe(1);
    expect(outputs).toBeClose(wanted.outputs.mul(2));
    expect(state).toBeClose(wanted.state);
    scan(fast, inputs, undefined, { resets: resets() });
    expect(calls).toBe(1);
  });

  const statesOf = (cell: nn.RecurrentCell, inputs: Tensor, state: Tensor): Tensor => {
    const states: Tensor[] = [];
    for (const input of inputs.unbind(0)) states.push(cell.step(input, states.at(-1) ?? state));
    return stack(states);
  };

  scoped("only what goes on is left of a long scan", () => {
    const cell = owned(new nn.LSTMCell(INPUTS, UNITS, double));
    const found = noGrad(() => scan<Tensor>(cell, rand([50, BATCH, INPUTS], double)));
    const parts = scope(() => [found.outputs.shape, found.state.shape]);
    expect(parts).toEqual([
      [50, BATCH, UNITS],
      [BATCH, 2 * UNITS],
    ]);
  });
});

describe("what is refused", () => {
  // biome-ignore lint/suspicious/noExplicitAny: arguments that the types forbid
  const wrong = (value: unknown): any => value;
  const cell = () => owned(new nn.GRUCell(INPUTS, UNITS, double));
  const refused: [string, () => unknown, string][] = [
    [
      "one step without time",
      () => scan(cell(), zeros([INPUTS])),
      "scan: inputs is f32[4], accepted: a tensor [time, batch, …]",
    ],
    [
      "no step",
      () => scan(cell(), zeros([0, 2, INPUTS])),
      "scan: inputs is f32[0,2,4], accepted: a tensor [time, batch, …] of one step or more",
    ],
    [
      "resets of another shape",
      () => scan(cell(), sequence(), undefined, { resets: tensor([true]) }),
      "scan: resets is bool[1], accepted: bools [7,3], [time, batch]",
    ],
    [
      "resets as numbers",
      () => scan(cell(), sequence(), undefined, { resets: zeros([TIME, BATCH]) }),
      "scan: resets is f32[7,3], accepted: bools [7,3]",
    ],
    [
      "a state without tensors",
      () =>
        scan<unknown>(wrong({ ...recent, start: () => ({ count: 0 }) }), sequence(), undefined, {
          resets: resets(),
        }),
      "scan: a state holds 0 and 0, accepted: tensors",
    ],
    [
      "a state of another form",
      () => scan(recent, sequence(), wrong({ seen: zeros([1]) }), { resets: resets() }),
      "of the same form as the start",
    ],
    [
      "an unknown option",
      () => scan(cell(), sequence(), undefined, wrong({ reset: resets() })),
      "did you mean resets?",
    ],
  ];
  for (const [name, body, sentence] of refused) {
    scoped(name, () => {
      expect(body).toThrow(expect.objectContaining({ code: "torch/argument" }));
      expect(body).toThrow(sentence);
    });
  }
});
