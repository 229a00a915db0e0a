// What the process that started this one says of its group: torchrun's variables, or Slurm's.
import { TorchError } from "../errors.js";

/** Place of a process in a group, and where the group meets. */
export interface Membership {
  /** Number of this process, from 0. */
  readonly rank: number;
  /** Number of processes. */
  readonly size: number;
  /** Name or address of the machine of rank 0. */
  readonly host: string;
  /** Port that rank 0 listens at. */
  readonly port: number;
  /** Number of the group's processes on this machine, where it is known. */
  readonly localSize?: number | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** First of the ports that jobs of Slurm are given, and their number. */
const PORTS = { first: 15_000, count: 10_000 } as const;
/** PyTorch's. */
const USUAL_PORT = 29_500;
const THIS_MACHINE = "127.0.0.1";

/**
 * Place of this process by its environment: RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT and LOCAL_WORLD_SIZE, as torchrun sets
 * them; else Slurm's, as `srun` sets them for each task, with a port of the job's own. MASTER_ADDR and MASTER_PORT take
 * precedence over Slurm's. Defaults: 127.0.0.1 and 29500.
 * @param environment default: that of the process
 * @returns undefined if neither says anything
 * @throws TorchError `torch/argument` for values that do not fit together
 */
export function fromEnvironment(environment: Environment = process.env): Membership | undefined {
  const { RANK, WORLD_SIZE, LOCAL_WORLD_SIZE, SLURM_PROCID, SLURM_NTASKS } = environment;
  if (RANK !== undefined || WORLD_SIZE !== undefined) {
    const size = whole(environment, "WORLD_SIZE", 1);
    return {
      ...{ rank: whole(environment, "RANK", 0, size - 1), size },
      host: environment.MASTER_ADDR ?? THIS_MACHINE,
      port: portOf(environment) ?? USUAL_PORT,
      ...(LOCAL_WORLD_SIZE !== undefined && { localSize: whole(environment, "LOCAL_WORLD_SIZE", 1, size) }),
    };
  }
  if (SLURM_PROCID === undefined || SLURM_NTASKS === undefined) return undefined;
  const name = environment.SLURM_STEP_NUM_TASKS === undefined ? "SLURM_NTASKS" : "SLURM_STEP_NUM_TASKS";
  const size = whole(environment, name, 1);
  const isOneNode = (environment.SLURM_STEP_NUM_NODES ?? environment.SLURM_JOB_NUM_NODES) === "1";
  return {
    ...{ rank: whole(environment, "SLURM_PROCID", 0, size - 1), size },
    host: environment.MASTER_ADDR ?? (isOneNode ? THIS_MACHINE : firstNode(environment)),
    port: portOf(environment) ?? jobPort(environment),
    ...(isOneNode && { localSize: size }),
  };
}

function portOf(environment: Environment): number | undefined {
  return environment.MASTER_PORT === undefined ? undefined : whole(environment, "MASTER_PORT", 1, 65_535);
}

/** The same for all tasks of a step, another for each job and step, as far as there are enough. */
function jobPort(environment: Environment): number {
  const [job, step] = ["SLURM_JOB_ID", "SLURM_STEP_ID"].map((name) => Number(environment[name] ?? 0));
  return PORTS.first + ((job! * 7 + step!) % PORTS.count);
}

/** `n1` of `n[1-3,7],gpu2`. */
function firstNode(environment: Environment): string {
  const list = environment.SLURM_STEP_NODELIST ?? environment.SLURM_JOB_NODELIST ?? "";
  const found = /^([^[,]+)(?:\[([^\],-]+)[^\]]*\]([^,[]*))?/.exec(list);
  if (found === null)
    throw refuse(
      "SLURM_PROCID is set and neither SLURM_STEP_NODELIST nor MASTER_ADDR says where rank 0 is; start with srun, or set MASTER_ADDR",
    );
  const [, prefix, number = "", suffix = ""] = found;
  return `${prefix}${number}${suffix}`;
}

function whole(
  environment: Environment,
  name: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): number {
  const text = environment[name];
  const value = Number(text);
  if (text !== undefined && /^\d+$/.test(text) && value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  throw refuse(
    `${name} is ${text === undefined ? "not set" : `"${text}"`}, accepted: a whole number ${range}`,
  );
}

function refuse(message: string): TorchError {
  return new TorchError("torch/argument", `fromEnvironment: ${message}`, { op: "fromEnvironment" });
}
