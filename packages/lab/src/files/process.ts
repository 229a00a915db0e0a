// Identity of processes: process ids are reused, and differ between machines and namespaces.
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { hashOfContent } from "@throughline/torch/files";

/** Milliseconds without a heartbeat after which a process in another PID namespace counts as ended. */
export const SILENCE = 120_000;

/** Space of process ids: one boot of one machine, and on it one PID namespace. */
export interface Place {
  /** Machine and its start; undefined where the system does not tell. */
  readonly machine: string | undefined;
  /** PID namespace on it, such as a container's. */
  readonly space: string | undefined;
}

let ours: Place | undefined;

/** Space of this process. */
export function here(): Place {
  ours ??= find();
  return ours;
}

function find(): Place {
  if (process.platform !== "linux") return { machine: hostname(), space: "all" };
  try {
    const machine = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // A /proc that was mounted for another namespace tells of other processes than those we can signal.
    const isOurs = readlinkSync("/proc/self") === String(process.pid);
    return { machine, space: isOurs ? readlinkSync("/proc/self/ns/pid") : undefined };
  } catch {
    return { machine: undefined, space: undefined };
  }
}

let machineId: string | null | undefined;

/** This machine, the same after it was started again; undefined where the system does not tell. */
export function installation(): string | undefined {
  if (machineId === undefined) {
    try {
      // systemd asks that the id itself is not shown to others.
      const id = readFileSync("/etc/machine-id", "utf8").trim();
      machineId = id === "" ? null : hashOfContent(`throughline ${id}`).slice(0, 16);
    } catch {
      machineId = null;
    }
  }
  return machineId ?? undefined;
}

/** True if process ids of `there` are valid here; false where that is not known. */
export function isHere({ machine, space }: Place): boolean {
  if (machine === undefined || space === undefined) return false;
  return machine === here().machine && space === here().space;
}

/** Start time of process `pid` of this space, in a form unique to it; undefined where the system does not provide it. */
export function processBirth(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

/** True if process `pid` of this space runs; if `birth` is given, if it is the one born then. */
export function isAlive(pid: number, birth?: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, but belongs to someone else.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  // A killed process whose parent has not yet asked for its result.
  if (statFields(pid)?.[0] === "Z") return false;
  const now = processBirth(pid);
  return birth === undefined || now === undefined || now === birth;
}

/** The fields of /proc/PID/stat after the command's name: state first, start time twentieth. */
function statFields(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}
