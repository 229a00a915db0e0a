// A group of processes, and what they do together.
import { checkOptions, positive, type Rules, required, text, whole } from "../checks/options.js";
import { choice, wholeNumber } from "../checks/values.js";
import { fromTypedArray, zeros } from "../creation.js";
import { call, handleOf, handlesOf } from "../dispatch.js";
import { isComplex, isFloatingPoint } from "../dtype.js";
import { TorchError } from "../errors.js";
import { keep, scope } from "../memory.js";
import { type LentTensor, native } from "../native.js";
import { Tensor } from "../tensor/index.js";
import { fromEnvironment, type Membership } from "./environment.js";
import { type NativeDistributed, type NativeGroup, nativeDistributed } from "./native.js";

/** Ways to join the tensors of all ranks into one, with c10d's numbers. */
const operations = { sum: 0, mean: 1, product: 2, min: 3, max: 4 } as const;

/** Way to join the tensors of all ranks into one (`torch.distributed.ReduceOp`). `mean`: the sum divided by their number. */
export type ReduceOp = keyof typeof operations;

const reduceOps = Object.keys(operations) as readonly ReduceOp[];

/** Options of `initProcessGroup`. */
export interface ProcessGroupOptions extends Partial<Omit<Membership, "localSize">> {
  /** Seconds that a rank waits for the others, when the group is made and in each collective. Default 1800, as in PyTorch. */
  readonly timeout?: number;
  /**
   * Network interface that data goes over, such as `eth0`. Default: GLOO_SOCKET_IFNAME, else the loopback device where
   * the host is this machine, else the one that this machine's name belongs to.
   */
  readonly interface?: string;
  /** File descriptor of a socket that listens already, for rank 0; instead of `port`. */
  readonly listening?: number;
}

type Settings = Required<ProcessGroupOptions>;

const rules: Rules<Settings> = {
  rank: required(whole(0, 0)),
  size: required(whole(1, 1)),
  host: text("127.0.0.1"),
  port: whole(0, 29_500, 65_535),
  timeout: positive(1800),
  interface: text(""),
  listening: whole(-1, -1),
};

/** Longest time-out that c10d counts, in seconds: that of 31 bits of milliseconds. */
const LONGEST = 2_000_000;

/**
 * Joins a group of processes, and waits until all of them have (`torch.distributed.init_process_group`, backend gloo, on the
 * CPU).
 * @param options default: `fromEnvironment()`
 * @throws TorchError `torch/distributed` that says which ranks have not come, that a rank was started twice, that ranks were told
 * of different sizes, or that the port is in use; `torch/setup` where this libtorch has no gloo
 */
export async function initProcessGroup(options: ProcessGroupOptions = {}): Promise<ProcessGroup> {
  const { localSize: _, ...found } = fromEnvironment() ?? {};
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const settings = checkOptions("initProcessGroup", rules, { ...found, ...given });
  if (settings.rank >= settings.size)
    throw new TorchError(
      "torch/argument",
      `initProcessGroup: rank is ${settings.rank}, accepted: a whole number from 0 to ${settings.size - 1}`,
    );
  const library = nativeDistributed();
  const { group, port } = await library
    .join({
      ...settings,
      interface: settings.interface || (process.env.GLOO_SOCKET_IFNAME ?? ""),
      timeout: Math.round(Math.min(settings.timeout, LONGEST) * 1000),
    })
    .catch(failure("initProcessGroup"));
  return new ProcessGroup(library, group, { ...settings, port });
}

/** An error of the addon as a TorchError. */
function failure(op: string): (cause: unknown) => never {
  return (cause) => {
    throw new TorchError("torch/distributed", `${op}: ${(cause as Error).message}`, { op, cause });
  };
}

/**
 * Processes that compute together (`torch.distributed.ProcessGroup`); made by `initProcessGroup`. All ranks call the same
 * collectives in the same order. A collective works in the background: until its promise is fulfilled, leave its tensors alone.
 *
 * When one fails, because a rank ended, hangs or left, its promise is rejected with the number of that rank, and the group is
 * of no more use: end the process, and begin again from a checkpoint.
 */
export class ProcessGroup implements AsyncDisposable {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Port at which rank 0 listens. */
  readonly port: number;
  readonly #native: NativeDistributed;
  readonly #group: NativeGroup;
  readonly #timeout: number;
  #end: string | undefined;

  /** @internal */
  constructor(
    library: NativeDistributed,
    group: NativeGroup,
    { rank, size, port, timeout }: { rank: number; size: number; port: number; timeout: number },
  ) {
    this.#native = library;
    this.#group = group;
    this.#timeout = timeout;
    this.rank = rank;
    this.size = size;
    this.port = port;
  }

  /**
   * Replaces tensors by what an operation makes of those of all ranks, the same bits on each (`all_reduce`). Several tensors
   * travel as one, those of each dtype.
   * @param tensors of the same shapes and dtypes on all ranks, on the CPU
   * @throws TorchError `torch/distributed`
   */
  async allReduce(tensors: Tensor | readonly Tensor[], op: ReduceOp = "sum"): Promise<void> {
    const kind = choice("ProcessGroup.allReduce: the operation", op, reduceOps);
    const given = listOf("allReduce", tensors);
    const whole = given.find(({ dtype }) => !isFloatingPoint(dtype) && !isComplex(dtype));
    if (kind === "mean" && whole !== undefined)
      throw refuse(
        "allReduce",
        `the mean of tensors of ${whole.dtype}, accepted: floating or complex dtypes`,
      );
    // Lent at once: the caller's scope may end before the first has arrived.
    const groups = byDtype(given).map((group) => lent("allReduce", group));
    for (const group of groups)
      await this.#run("allReduce", () => this.#native.allReduce(this.#group, group, operations[kind]));
  }

  /** Replaces tensors by those of one rank (`broadcast`). @throws TorchError `torch/distributed` */
  async broadcast(tensors: Tensor | readonly Tensor[], source = 0): Promise<void> {
    const from = wholeNumber("ProcessGroup.broadcast: the source", source, 0, this.size - 1);
    const all = listOf("broadcast", tensors).map((tensor) => lent("broadcast", [tensor]));
    for (const one of all) await this.#run("broadcast", () => this.#native.broadcast(this.#group, one, from));
  }

  /** The tensors of all ranks, that of rank 0 first (`all_gather`): of one shape and dtype. @throws TorchError `torch/distributed` */
  async allGather(tensor: Tensor): Promise<Tensor[]> {
    const made = scope(() =>
      keep(
        Array.from({ length: this.size }, () => call("aten::contiguous", call("aten::empty_like", tensor))),
      ),
    );
    await this.#run("allGather", () =>
      this.#native.allGather(this.#group, lent("allGather", [tensor]), lent("allGather", made)),
    );
    return made;
  }

  /** A value of one rank, which can be written as JSON (`broadcast_object_list`). @throws TorchError `torch/distributed` */
  async broadcastObject<T>(value: T, source = 0): Promise<T> {
    const isSource = this.rank === source;
    const bytes = new TextEncoder().encode(isSource ? JSON.stringify(value ?? null) : "");
    const size = fromTypedArray(BigInt64Array.of(BigInt(bytes.length)), [1]).keep();
    await this.broadcast(size, source);
    const content = (isSource ? fromTypedArray(bytes) : zeros([size.item()], { dtype: "uint8" })).keep();
    size.dispose();
    await this.broadcast(content, source);
    const text = new TextDecoder().decode(content.toTypedArray() as Uint8Array);
    content.dispose();
    return JSON.parse(text) as T;
  }

  /** Waits until all ranks have come here. @throws TorchError `torch/distributed` */
  async barrier(): Promise<void> {
    await this.#run("barrier", () => this.#native.barrier(this.#group));
  }

  /** Leaves the group. Rank 0, to which all are connected, waits some seconds for the others to do so too. */
  async close(): Promise<void> {
    await this.#leave("left");
  }

  /** Leaves the group because this rank has failed; the others are told why. */
  async abort(reason: string): Promise<void> {
    await this.#leave(reason);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #leave(how: string): Promise<void> {
    const before = this.#end;
    this.#end ??= how === "left" ? "it was closed" : how;
    if (before === undefined || how !== "left") await this.#native.leave(this.#group, how);
  }

  async #run(op: string, begin: () => Promise<void>): Promise<void> {
    if (this.#end !== undefined)
      throw new TorchError("torch/distributed", `${op}: the group cannot be used any more: ${this.#end}`, {
        op,
      });
    try {
      await begin();
    } catch (cause) {
      throw await this.#explain(op, cause);
    }
  }

  async #explain(op: string, cause: unknown): Promise<TorchError> {
    if (cause instanceof TorchError) return cause;
    const { message } = cause as Error;
    const who = await this.#native.diagnose(this.#group);
    const reason = who === "" ? message : who;
    const within = / did not come to /.test(who) ? ` within ${this.#timeout} s` : "";
    this.#end ??= reason;
    return new TorchError("torch/distributed", `${op} of rank ${this.rank} failed: ${reason}${within}`, {
      op,
      cause,
    });
  }
}

function listOf(op: string, tensors: Tensor | readonly Tensor[]): readonly Tensor[] {
  const list = tensors instanceof Tensor ? [tensors] : tensors;
  handlesOf(list, `ProcessGroup.${op}`, "the tensors");
  const other = list.find(({ device }) => device !== "cpu");
  if (other !== undefined)
    throw refuse(op, `a tensor is on ${other.device}, accepted: tensors on the CPU; move it there first`);
  return list;
}

const lent = (op: string, tensors: readonly Tensor[]): LentTensor[] =>
  tensors.map((tensor) => native.lend(handleOf(tensor, `ProcessGroup.${op}`, "the tensor")));

/** Tensors of each dtype, in the order in which they come first. */
function byDtype(tensors: readonly Tensor[]): Tensor[][] {
  const groups = new Map<string, Tensor[]>();
  for (const tensor of tensors) {
    const group = groups.get(tensor.dtype);
    if (group === undefined) groups.set(tensor.dtype, [tensor]);
    else group.push(tensor);
  }
  return [...groups.values()];
}

function refuse(op: string, reason: string): TorchError {
  return new TorchError("torch/argument", `ProcessGroup.${op}: ${reason}`, { op });
}
