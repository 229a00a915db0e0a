// Whether a process is the one it was: numbers of processes are used again.
import { readFileSync } from "node:fs";

/** When process `pid` began, in a form that only it has; undefined where the system does not tell. */
export function processBirth(pid: number): string | undefined {
  const fields = statFields(pid);
  if (fields === undefined) return undefined;
  try {
    // The time since the machine started, and which start of the machine that was.
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Whether process `pid` of this machine runs; if `birth` is given, whether it is the one born then. */
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
