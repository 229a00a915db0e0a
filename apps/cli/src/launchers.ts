// Launchers by name, and their options: where the cells of a sweep or a reproduction run.
import { join } from "node:path";
import type { KubernetesOptions, Launcher } from "@throughline/lab";
import { commandLine } from "@throughline/lab/text";
import { plural } from "@throughline/torch/checks";
import { type Command, Option } from "commander";
import { seconds } from "./duration.js";
import { UsageError } from "./exit.js";
import { collect, count } from "./options.js";

const NAMES = ["local", "slurm", "ray", "kubernetes"] as const;
type LauncherName = (typeof NAMES)[number];

export interface LauncherFlags {
  readonly launcher?: LauncherName;
  readonly detach?: boolean;
  readonly print?: boolean;
  readonly partition?: string;
  readonly time?: number;
  readonly margin?: number;
  readonly gpus?: number;
  readonly sbatch?: readonly string[];
  readonly address?: string;
  readonly image?: string;
  readonly claim?: string;
  readonly namespace?: string;
  readonly podMemory?: string;
}

/** Launchers that take each option. */
const takers: Readonly<Record<keyof Omit<LauncherFlags, "launcher">, readonly LauncherName[]>> = {
  detach: ["slurm", "ray"],
  print: ["kubernetes"],
  partition: ["slurm"],
  time: ["slurm"],
  margin: ["slurm"],
  gpus: ["slurm", "ray", "kubernetes"],
  sbatch: ["slurm"],
  address: ["ray"],
  image: ["kubernetes"],
  claim: ["kubernetes"],
  namespace: ["kubernetes"],
  podMemory: ["kubernetes"],
};

/** Adds `--launcher` and the options of launchers that run cells. */
export function withLauncher(command: Command, names: readonly string[] = NAMES.slice(0, 3)): Command {
  const launcher = new Option(
    "--launcher <name>",
    "where cells run: processes here, or the queue of a cluster (default: as before, else local)",
  );
  return command
    .addOption(launcher.choices(names))
    .option("--partition <name>", "partition of Slurm")
    .option(
      "--time <time>",
      "time limit of a cell's job in Slurm: 90s, 10min, 2h, 1d (default: the partition's)",
      seconds,
    )
    .option(
      "--margin <time>",
      "time before --time at which a cell writes a checkpoint and goes back to the queue (default: 2min)",
      seconds,
    )
    .option("--gpus <n>", "GPUs of each cell (default: 1 where --device is a GPU)", count)
    .option(
      "--sbatch <option>",
      "further option of Slurm's sbatch, such as --sbatch=--account=lab; repeatable",
      collect,
    )
    .option("--address <url>", "address of Ray's dashboard (default: http://127.0.0.1:8265)");
}

/** Adds besides what only a sweep can do: leave its jobs, or print them. */
export function withLauncherOfSweep(command: Command): Command {
  return withLauncher(command, NAMES)
    .option(
      "--detach",
      "leave when all cells are submitted; `throughline sweep status` and the same command come back",
    )
    .option("--print", "with --launcher kubernetes: print an Indexed Job for kubectl; nothing is submitted")
    .option("--image <name>", "image for Kubernetes, with Node and Throughline at the same paths as here")
    .option("--claim <name>", "PersistentVolumeClaim for Kubernetes, mounted at the folder of runs")
    .option("--namespace <name>", "namespace in Kubernetes (default: default)")
    .option("--pod-memory <size>", "memory of each pod, such as 4Gi (default: none asked for)");
}

/** @throws UsageError naming options that the launcher does not take */
function checkFlags(name: LauncherName, flags: LauncherFlags): void {
  const wrong = Object.entries(takers).filter(
    ([flag, names]) => flags[flag as keyof LauncherFlags] !== undefined && !names.includes(name),
  );
  if (wrong.length === 0) return;
  throw new UsageError(
    wrong.map(([flag, names]) => {
      const option = `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
      return `${option} is for --launcher ${names.join(" or ")}, not ${name}`;
    }),
  );
}

/** A launcher for a command, and what the command is to do with it. */
export interface Chosen {
  readonly name: LauncherName;
  /** Undefined where the jobs are only printed. */
  readonly launcher: Launcher | undefined;
  readonly detach: boolean;
}

/**
 * The launcher of a command. Options of Slurm and Ray that are not given are those of the sweep's last submission.
 * @param directory the sweep's, which need not exist
 * @throws UsageError
 */
export async function chosenLauncher(
  directory: string,
  modules: readonly string[],
  flags: LauncherFlags,
  jobs: number | undefined,
): Promise<Chosen> {
  const { readManifest } = await import("@throughline/lab");
  const before = flags.launcher ?? readManifest(directory)?.launcher;
  const name = NAMES.find((one) => one === before) ?? "local";
  checkFlags(name, flags);
  const detach = flags.detach === true;
  if (name !== "kubernetes")
    return { name, launcher: await launcherOf(name, directory, modules, flags, jobs), detach };
  if (flags.print !== true)
    throw new UsageError(
      "--launcher kubernetes prints a description of the jobs: add --print, and give it to kubectl",
    );
  return { name, launcher: undefined, detach };
}

/** Same, for a command that cannot print. @throws UsageError */
export async function cellLauncher(...args: Parameters<typeof chosenLauncher>): Promise<Launcher> {
  const { launcher } = await chosenLauncher(...args);
  if (launcher === undefined) throw new UsageError("give --launcher local, slurm or ray");
  return launcher;
}

/** The launcher of a name, with what it was given before in this sweep. */
async function launcherOf(
  name: LauncherName,
  directory: string,
  modules: readonly string[],
  flags: LauncherFlags,
  jobs?: number,
): Promise<Launcher> {
  const { lastOptions, processLauncher, rayLauncher, SLURM_MARGIN, slurmLauncher } = await import(
    "@throughline/lab"
  );
  const last = lastOptions(directory, name);
  const given = <T extends object>(options: T): T =>
    ({
      ...last,
      ...Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)),
    }) as T;
  const { partition, time, margin, gpus, sbatch: lines, address } = flags;
  if (name === "slurm") {
    const before = margin ?? SLURM_MARGIN;
    if (time !== undefined && before >= time)
      throw new UsageError(
        `a cell of ${time} s would go back to the queue ${before} s before its end, at once; give a shorter --margin or more --time`,
      );
    const limit = time === undefined ? undefined : minutes(time);
    return slurmLauncher(modules, given({ partition, time: limit, margin, gpus, lines, atOnce: jobs }));
  }
  if (name === "ray") return rayLauncher(modules, given({ address, gpus }));
  return processLauncher(modules);
}

/** Every launcher that has submitted jobs of a sweep and can be asked about them. */
export async function usedLaunchers(directory: string, modules: readonly string[]): Promise<Launcher[]> {
  const { launchersOf } = await import("@throughline/lab");
  const names = launchersOf(directory).flatMap((name) =>
    NAMES.filter((one) => one === name && one !== "kubernetes"),
  );
  return Promise.all(names.map((name) => launcherOf(name, directory, modules, {})));
}

/** A sentence for each queue, beside that of a command, which has jobs of its sweep or cannot be asked. */
export async function otherJobs(
  directory: string,
  modules: readonly string[],
  chosen: Chosen,
): Promise<readonly string[]> {
  const { existsSync } = await import("node:fs");
  if (!existsSync(join(directory, "manifest.json"))) return [];
  const { sweepStanding } = await import("@throughline/lab");
  const others = (await usedLaunchers(directory, modules)).filter(({ name }) => name !== chosen.name);
  const { name, cells, problems } = await sweepStanding(directory, others);
  const count = cells.filter(({ job }) => job !== undefined).length;
  if (count === 0) return problems;
  const cancel = commandLine("throughline", "sweep", "cancel", name);
  return [
    ...problems,
    `${plural(count, "job")} of this sweep are still in a queue; what they finish is not run again, and \`${cancel}\` cancels them`,
  ];
}

/** @throws UsageError if something is missing */
export function kubernetesOptions(flags: LauncherFlags, jobs: number | undefined): KubernetesOptions {
  const { image, claim, namespace, gpus, podMemory: memory } = flags;
  if (image === undefined || claim === undefined)
    throw new UsageError("--launcher kubernetes needs --image and --claim");
  return {
    ...{ image, claim },
    ...(namespace === undefined ? {} : { namespace }),
    ...(gpus === undefined ? {} : { gpus }),
    ...(memory === undefined ? {} : { memory }),
    ...(jobs === undefined ? {} : { atOnce: jobs }),
  };
}

/** Seconds as Slurm writes a time limit: `90:00`. */
function minutes(time: number): string {
  const whole = Math.max(1, Math.round(time));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** The directory of a sweep that was begun, by its name or path. @throws UsageError if there is none */
export async function begunSweep(typed: string, root: string): Promise<string> {
  const { existsSync } = await import("node:fs");
  const found = [typed, join(root, "sweeps", typed)].find((path) => existsSync(join(path, "manifest.json")));
  if (found === undefined) throw new UsageError(`there is no sweep ${typed} in ${join(root, "sweeps")}`);
  return found;
}
