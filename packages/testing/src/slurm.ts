// A Slurm of two nodes on this machine, for tests: real daemons, started and stopped with the file that uses it. What it needs is
// root and Debian's packages slurm-wlm and munge.
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const programs = ["slurmctld", "slurmd", "munged", "sbatch", "squeue", "scontrol", "scancel"];
const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin", "/usr/bin"];

/** Reason why there can be no Slurm here; undefined if there can. */
export function slurmIsMissing(): string | undefined {
  if (process.platform !== "linux") return "it needs Linux";
  if (process.getuid?.() !== 0) return "it needs root";
  const missing = programs.filter((name) => !folders.some((folder) => existsSync(join(folder, name))));
  return missing.length === 0 ? undefined : `not installed: ${missing.join(", ")}`;
}

/** A cluster that runs. */
export interface Cluster {
  readonly folder: string;
  /** What its commands need in the environment. */
  readonly env: { readonly SLURM_CONF: string };
  /** One of its commands; its standard output. */
  command(...words: readonly string[]): string;
  stop(): Promise<void>;
}

/** Starts a cluster with nodes `n1` and `n2`, of `cpus` CPUs each that need not exist. */
export async function startCluster(cpus: number): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), "throughline-slurm-"));
  chmodSync(folder, 0o755);
  const ports = await freePorts(3);
  for (const name of ["state", "spool-n1", "spool-n2"]) mkdirSync(join(folder, name));
  const file = (name: string): string => join(folder, name);
  writeFileSync(file("munge.key"), randomBytes(128), { mode: 0o400 });
  writeFileSync(file("slurm.conf"), configuration(folder, cpus, ports));
  writeFileSync(file("cgroup.conf"), "CgroupPlugin=cgroup/v1\n");
  const env = { SLURM_CONF: file("slurm.conf") };
  const run = (name: string, ...args: readonly string[]): string => {
    const path = folders.map((one) => join(one, name)).find(existsSync) ?? name;
    const { status, stdout, stderr, error } = spawnSync(path, args, {
      encoding: "utf8",
      timeout: 60_000,
      env: { ...process.env, ...env },
      // A daemon keeps what it inherits.
      stdio: name.endsWith("d") ? "ignore" : "pipe",
    });
    if (status !== 0) throw new Error(`${name} ${args.join(" ")}: ${error?.message ?? stderr}`);
    return stdout ?? "";
  };
  const munge = ["key-file", "pid-file", "log-file", "seed-file", "socket"].map(
    (option) => `--${option}=${file(`munge.${option.split("-")[0]}`)}`,
  );
  const stop = async (): Promise<void> => {
    await emptyQueue(run);
    // Munge last: without it the others cannot end.
    for (const name of ["slurmd-n1", "slurmd-n2", "slurmctld", "munge"]) await end(file(`${name}.pid`));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    run("munged", "-f", ...munge);
    run("slurmctld", "-c");
    for (const node of ["n1", "n2"]) run("slurmd", "-N", node, "-c");
    const command = (name: string, ...args: readonly string[]): string => run(name, ...args);
    while (command("sinfo", "-h", "-t", "idle", "-o", "%D").trim() !== "2") await wait(50);
    return { folder, env, command, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(folder: string, cpus: number, [control, first, second]: readonly number[]): string {
  const host = hostname().split(".")[0];
  const node = (name: string, port: number | undefined): string =>
    `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${port} CPUs=${cpus} RealMemory=100 State=UNKNOWN`;
  return `ClusterName=throughline
SlurmctldHost=${host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
SlurmctldPort=${control}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
MpiDefault=none
SwitchType=switch/none
ReturnToService=2
KillWait=5
JobRequeue=1
SchedulerParameters=sched_interval=1,batch_sched_delay=0,bf_interval=1,sched_min_interval=0
SlurmdParameters=config_overrides
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd-%n.pid
SlurmctldLogFile=${folder}/slurmctld.log
SlurmdLogFile=${folder}/slurmd-%n.log
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
${node("n1", first)}
${node("n2", second)}
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
}

/** Cancels all jobs and waits until they are gone: what a node's daemon has started outlives it. */
async function emptyQueue(run: (name: string, ...args: readonly string[]) => string): Promise<void> {
  try {
    run("scancel", "--user=root");
    for (let i = 0; i < 100 && run("squeue", "-h") !== ""; i++) await wait(200);
  } catch {
    // The cluster did not come up.
  }
}

/** Ends the process whose number a file holds, and waits until it is gone. */
async function end(file: string): Promise<void> {
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8"));
  if (!Number.isSafeInteger(pid) || pid < 2) return;
  try {
    process.kill(pid, "SIGTERM");
    for (let i = 0; i < 100; i++) {
      process.kill(pid, i < 99 ? 0 : "SIGKILL");
      await wait(50);
    }
  } catch {
    // It is gone.
  }
}

/** Numbers of ports that nothing listens on. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            resolve(typeof address === "object" && address !== null ? address.port : 0);
          });
        }),
    ),
  );
  for (const server of servers) server.close();
  return ports;
}
