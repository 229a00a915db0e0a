// One model on several processes, each with batches of its own.
import { checkOptions, flag, type Rules } from "../checks/options.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { keep, scope } from "../memory.js";
import { type AnyModule, Module } from "../nn/module.js";
import { sumGradients } from "./gradients.js";
import type { ProcessGroup } from "./process-group.js";

/** Options of `DistributedDataParallel`. */
export interface DistributedDataParallelOptions {
  /**
   * Also give all ranks the buffers of rank 0, such as the running means of batch normalisation, at each `synchronize`. Default
   * true.
   */
  readonly broadcastBuffers?: boolean;
}

const rules: Rules<Required<DistributedDataParallelOptions>> = { broadcastBuffers: flag(true) };

type ArgumentsOf<M> = M extends Module<infer Args, unknown> ? Args : never;
type OutputOf<M> = M extends { forward(...args: never[]): infer Out } ? Out : never;

/**
 * A module whose gradients are averaged over the ranks of a group (`torch.nn.parallel.DistributedDataParallel`). All ranks begin
 * with the parameters and buffers of rank 0. In PyTorch gradients are averaged inside `backward`, which waits for the other ranks;
 * here `backward` fills in this rank's own, and `synchronize` averages them in the background, so that this process goes on
 * answering. Batch normalisation uses each rank's own batch, as PyTorch's does.
 *
 * Gradient accumulation: call `backward` several times before `synchronize`.
 * @example
 * const group = await distributed.initProcessGroup();
 * const model = await distributed.DistributedDataParallel.create(new Net(), group);
 * const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
 * for await (const [x, y] of loader) {
 *   scope(() => lossOf(model.forward(x), y).backward());
 *   await model.synchronize();
 *   optimizer.step();
 *   optimizer.zeroGrad();
 * }
 * await group.close();
 */
export class DistributedDataParallel<M extends AnyModule = Module> extends Module<
  ArgumentsOf<M> & unknown[],
  OutputOf<M>
> {
  readonly module: M;
  readonly #group: ProcessGroup;
  readonly #broadcasts: boolean;

  private constructor(module: M, group: ProcessGroup, broadcastBuffers: boolean) {
    super();
    this.module = module;
    this.#group = group;
    this.#broadcasts = broadcastBuffers;
  }

  /**
   * Gives all ranks the parameters and buffers of rank 0.
   * @throws TorchError `torch/distributed`; `torch/argument` if the ranks' modules differ in number or shapes of parameters
   */
  static async create<M extends AnyModule>(
    module: M,
    group: ProcessGroup,
    options: DistributedDataParallelOptions = {},
  ): Promise<DistributedDataParallel<M>> {
    const { broadcastBuffers } = checkOptions("DistributedDataParallel", rules, options);
    await checkShapes(module, group);
    await broadcastModule(module, group);
    return new DistributedDataParallel(module, group, broadcastBuffers);
  }

  override forward(...args: ArgumentsOf<M> & unknown[]): OutputOf<M> {
    return (this.module as unknown as Module<unknown[], OutputOf<M>>).forward(...args);
  }

  /** Replaces the gradients by their means over all ranks. @throws TorchError `torch/distributed` */
  async synchronize(): Promise<void> {
    const parameters = this.parameters().filter(({ requiresGrad }) => requiresGrad);
    await sumGradients(this.#group, parameters);
    scope(() => {
      for (const { grad } of parameters)
        if (grad !== null) call("aten::div_.Scalar", call("aten::detach", grad), this.#group.size);
    });
    if (this.#broadcasts) await this.#group.broadcast(this.buffers());
  }
}

/** Gives all ranks the parameters and buffers of one rank. @throws TorchError `torch/distributed` */
export async function broadcastModule(module: AnyModule, group: ProcessGroup, source = 0): Promise<void> {
  await group.broadcast([...module.parameters(), ...module.buffers()], source);
}

async function checkShapes(module: AnyModule, group: ProcessGroup): Promise<void> {
  const own = Object.entries(module.stateDict() as object).map(([name, value]) => describe(name, value));
  const first = await group.broadcastObject(own);
  const at = own.findIndex((text, i) => text !== first[i]);
  const isSame = at < 0 && own.length === first.length;
  const [bad] = scope(() => keep([call("aten::full", [1], isSame ? 0 : 1, "float32")]));
  await group.allReduce(bad!, "max");
  const anyBad = bad!.item() === 1;
  bad!.dispose();
  if (!anyBad) return;
  const what = isSame
    ? "another rank's module differs from that of rank 0"
    : `rank ${group.rank} has ${own[at] ?? "nothing more"}, rank 0 has ${first[at < 0 ? own.length : at] ?? "nothing more"}`;
  throw new TorchError("torch/argument", `DistributedDataParallel: the modules differ: ${what}`);
}

function describe(name: string, value: unknown): string {
  const { dtype, shape } = value as { dtype?: string; shape?: readonly number[] };
  return `${name} ${dtype}[${shape}]`;
}
