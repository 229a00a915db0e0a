// One rank of a group: `node rank.mjs SCENARIO`, with torchrun's variables. Prints one line of JSON.
import { distributed, manualSeed, nn, optim, scope, tensor, zeros } from "@throughline/torch";

const [scenario] = process.argv.slice(2);
const seconds = Number(process.env.TIMEOUT ?? 60);
const values = (x) => x.toTypedArray();
const list = (x) => Array.from(values(x), Number);

const scenarios = {
  async collectives(group) {
    const { rank, size } = group;
    const found = {};
    for (const op of ["sum", "mean", "product", "min", "max"]) {
      const x = tensor([rank + 1, 2, -rank]);
      await group.allReduce(x, op);
      found[op] = list(x);
    }
    for (const dtype of ["float64", "float16", "int32", "int64", "uint8"]) {
      const x = tensor([rank + 1, 2], { dtype });
      await group.allReduce(x);
      found[dtype] = list(x.to("float64"));
    }
    const many = [tensor([rank]), tensor([[1, rank]]), tensor([rank], { dtype: "float64" })];
    await group.allReduce(many);
    found.many = many.map(list);
    const columns = tensor([
      [1, 2],
      [3, rank],
    ]).t();
    await group.allReduce(columns);
    found.columns = list(columns);
    const given = tensor([rank, 7]);
    await group.broadcast(given, size - 1);
    found.broadcast = list(given);
    found.gathered = (await group.allGather(tensor([rank, 2 * rank]))).map(list);
    found.object = await group.broadcastObject({ from: rank, text: "ä" }, 1);
    // In a scope that ends before the answer is there.
    const inside = tensor([1, rank]);
    let pending;
    scope(() => {
      pending = group.allReduce([inside, zeros([2])]);
    });
    await pending;
    found.inside = list(inside);
    await group.barrier();
    return found;
  },

  async ticks(group) {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    if (group.rank === 1) await new Promise((resolve) => setTimeout(resolve, 300));
    await group.allReduce(zeros([1000]));
    clearInterval(timer);
    return { ticks };
  },

  // Eight samples: four and four, or with three ranks three, three and two.
  async train(group) {
    manualSeed(group.rank);
    const model = await distributed.DistributedDataParallel.create(net(), group);
    const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 });
    const { start, count } = distributed.shareOf(8, group);
    for (let step = 0; step < 3; step++) {
      optimizer.zeroGrad();
      // Two backward passes before the gradients are averaged, over one sample and over the others.
      for (const [from, samples] of [
        [start, 1],
        [start + 1, count - 1],
      ]) {
        scope(() => {
          const [x, y] = data(step);
          const out = model.forward(x.narrow(0, from, samples));
          const loss = nn.functional.mseLoss(out, y.narrow(0, from, samples));
          loss.mul((samples * group.size) / 8).backward();
        });
      }
      await model.synchronize();
      optimizer.step();
    }
    const { unused } = model.module;
    return { weights: weightsOf(model.module), unused: unused.grad === null };
  },

  async buffers(group) {
    const norm = new nn.BatchNorm1d(2);
    const model = await distributed.DistributedDataParallel.create(norm, group);
    const forward = () =>
      scope(() =>
        model
          .forward(
            tensor([
              [group.rank, 1],
              [2, group.rank + 3],
            ]),
          )
          .sum()
          .backward(),
      );
    forward();
    const own = list(norm.running_mean);
    await model.synchronize();
    return { own, shared: list(norm.running_mean) };
  },

  async partly(group) {
    // Rank 0 alone uses the first parameter, nobody the third.
    const parameters = [1, 2, 3].map((value) => new nn.Parameter(tensor([value])));
    const [first, second] = parameters;
    scope(() => (group.rank === 0 ? first.mul(2).add(second) : second.mul(4)).sum().backward());
    await distributed.sumGradients(group, parameters);
    return { gradients: parameters.map(({ grad }) => (grad === null ? null : list(grad))) };
  },

  async unlike(group) {
    await distributed.DistributedDataParallel.create(new nn.Linear(2, 3 + group.rank), group);
  },

  async killed(group) {
    if (group.rank === 1) process.kill(process.pid, "SIGKILL");
    await group.barrier();
  },

  async failing(group) {
    if (group.rank === 1) {
      await group.abort("the loss is NaN");
      return {};
    }
    await group.barrier();
  },

  async leaving(group) {
    if (group.rank === 1) return {};
    await group.barrier();
  },

  async hanging(group) {
    if (group.rank === 1) return new Promise((resolve) => setTimeout(() => resolve({}), 1e6));
    try {
      await group.barrier();
    } catch (error) {
      console.error(error.message);
    }
    await group.barrier();
  },

  async joining() {
    return {};
  },
};

class Net extends nn.Module {
  hidden = new nn.Linear(3, 4);
  out = new nn.Linear(4, 1);
  unused = new nn.Parameter(tensor([1]));
  forward(x) {
    return this.out.forward(this.hidden.forward(x).tanh());
  }
}

function net() {
  return new Net().to({ dtype: "float64" });
}

function data(step) {
  const at = (i, scale) => Math.sin(scale * (i + 1) + step);
  const x = Array.from({ length: 8 }, (_, i) => [at(i, 1), at(i, 2), at(i, 3)]);
  return [
    tensor(x, { dtype: "float64" }),
    tensor(
      x.map((row) => [row[0] * row[1]]),
      { dtype: "float64" },
    ),
  ];
}

function weightsOf(model) {
  return Object.fromEntries(Object.entries(model.stateDict()).map(([name, value]) => [name, list(value)]));
}

try {
  const group = await distributed.initProcessGroup({ timeout: seconds });
  const found = await scenarios[scenario](group);
  await group.close();
  console.log(JSON.stringify(found));
} catch (error) {
  console.log(JSON.stringify({ code: error.code, message: error.message }));
  process.exit(3);
}
