// The net: parameters by arithmetic, shapes, gradients, and the weights that it begins with.
import { ImpalaConvNet, RecurrentAgent } from "@throughline/cec";
import { checkLeaks, own } from "@throughline/testing/leaks";
import { fromTypedArray, Generator, scope, type Tensor, zeros } from "@throughline/torch";
import { expect, test } from "vitest";

checkLeaks();

const small = { height: 12, width: 10, channels: [4, 6, 8], features: 16 } as const;

/** Numbers of a 3 × 3 convolution and of a linear layer, with biases. */
const conv = (from: number, to: number): number => 9 * from * to + to;
const linear = (from: number, to: number): number => from * to + to;

const countOf = (net: { parameters(): Iterable<Tensor> }): number =>
  [...net.parameters()].reduce((sum, parameter) => sum + parameter.numel, 0);

test.each([
  [{ height: 72, width: 96, channels: [16, 32, 32], features: 256 }, 9 * 12],
  [{ height: 36, width: 48, channels: [8, 16, 16], features: 128 }, 5 * 6],
  [small, 2 * 2],
])("%o has as many parameters as arithmetic says", (sizes, places) => {
  const net = new ImpalaConvNet(sizes);
  const stacks = sizes.channels.map(
    (count, at) => conv(sizes.channels[at - 1] ?? 3, count) + 2 * conv(count, count),
  );
  const { features } = sizes;
  const dense = linear(places * sizes.channels.at(-1)!, features) + linear(features, features);
  expect(countOf(net)).toBe(stacks.reduce((a, b) => a + b) + dense);
  if (sizes.height === 72) expect(countOf(net)).toBe(1_006_752);
  net.dispose();
});

test.each([
  [8, 8],
  [9, 15],
  [36, 48],
])("pictures of %i × %i become features that are not negative, each picture by itself", (height, width) => {
  const net = new ImpalaConvNet({ ...small, height, width });
  scope(() => {
    const bytes = Uint8Array.from({ length: 3 * height * width * 3 }, (_, at) => (at * 91) % 256);
    const pictures = fromTypedArray(bytes, [3, height, width, 3]);
    const features = net.forward(pictures);
    expect(features.shape).toEqual([3, 16]);
    expect(features.min().item()).toBeGreaterThanOrEqual(0);
    const alone = net
      .forward(pictures.narrow(0, 1, 1))
      .sub(features.narrow(0, 1, 1))
      .abs()
      .max()
      .item();
    expect(alone).toBeLessThan(1e-5);
  });
  net.dispose();
});

const make = (memory: "lstm" | "gru", seed = 1): RecurrentAgent => {
  using generator = Generator.create({ seed });
  return new RecurrentAgent({ ...small, memory, units: 20, actions: 5 }, generator);
};

test.each([
  ["lstm", 4],
  ["gru", 3],
] as const)("an agent with %s: names, shapes and gates of its state dict", (memory, gates) => {
  const agent = make(memory);
  const shapes = Object.fromEntries(
    Array.from(agent.namedParameters(), ([name, parameter]) => [name, parameter.shape]),
  );
  scope(() => expect(Object.keys(agent.stateDict()).sort()).toEqual(Object.keys(shapes).sort()));
  expect(shapes).toMatchObject({
    "encoder.stacks.0.firstconv.weight": [4, 3, 3, 3],
    "encoder.stacks.1.block.conv0.weight": [6, 6, 3, 3],
    "encoder.stacks.2.block.conv1.bias": [8],
    "encoder.dense.weight": [16, 32],
    "encoder.linear.weight": [16, 16],
    "policy.weight": [5, 20],
    "policy.bias": [5],
    "critic.weight": [1, 20],
  });
  const gateRows = Object.entries(shapes).filter(
    ([name, shape]) => name.startsWith("memory") && shape.length === 2,
  );
  expect(gateRows.map(([, shape]) => shape)).toEqual([
    [gates * 20, 16],
    [gates * 20, 20],
  ]);
  agent.dispose();
});

test.each(["lstm", "gru"] as const)(
  "weights with %s are orthogonal with their gains, biases 0 (1e-4)",
  (memory) => {
    const agent = make(memory);
    scope(() => {
      for (const [name, parameter] of agent.namedParameters()) {
        if (parameter.ndim < 2) {
          expect(parameter.abs().max().item(), name).toBe(0);
          continue;
        }
        const gain = { policy: 0.01, critic: 1, memory: 1 }[name.split(".")[0]!] ?? Math.SQRT2;
        const matrix = parameter.detach().flatten(1);
        const [rows, columns] = matrix.shape as [number, number];
        // Rows are orthonormal times the gain, or columns, whichever are fewer.
        const product = (rows <= columns ? matrix.matmul(matrix.t()) : matrix.t().matmul(matrix)).div(
          gain ** 2,
        );
        const side = Math.min(rows, columns);
        const values = product.contiguous().toTypedArray() as Float32Array;
        for (let at = 0; at < side * side; at++)
          expect(Math.abs(values[at]! - Number(at % (side + 1) === 0)), name).toBeLessThan(1e-4);
      }
    });
    agent.dispose();
  },
);

test("weights are a function of the generator's seed", () => {
  const [one, same, other] = [own(make("lstm", 1)), own(make("lstm", 1)), own(make("lstm", 2))];
  scope(() => {
    const weight = (agent: RecurrentAgent) => agent.policy.weight.toTypedArray();
    expect(weight(same)).toEqual(weight(one));
    expect(weight(other)).not.toEqual(weight(one));
  });
});

test.each(["lstm", "gru"] as const)("with %s a gradient reaches every parameter", (memory) => {
  const agent = make(memory);
  scope(() => {
    const bytes = Uint8Array.from({ length: 3 * 2 * 360 }, (_, at) => (at * 53) % 256);
    const { logits, values, state } = agent.forward(
      fromTypedArray(bytes, [3, 2, 12, 10, 3]),
      agent.start(2),
      zeros([3, 2], { dtype: "bool" }),
    );
    expect([logits.shape, values.shape, state.shape[0]]).toEqual([[3, 2, 5], [3, 2], 2]);
    logits.select(2, 0).sum().add(values.pow(2).sum()).backward();
    for (const [name, parameter] of agent.namedParameters())
      expect(parameter.grad!.abs().max().item(), name).toBeGreaterThan(0);
  });
  agent.dispose();
});
