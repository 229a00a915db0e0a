// Ranks of one run as processes of this machine: started together, stopped together, and ended together when one of them fails.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { createServer, type Server } from "node:net";
import { createInterface } from "node:readline";

/** Variable that names the descriptor of the socket that rank 0 listens at. */
export const LISTENING = "THROUGHLINE_RANKS_SOCKET";
const DESCRIPTOR = 4;

/** Seconds for the other ranks to end by themselves when one has failed. */
const GRACE = 15;

/** Options of `launchRanks`. */
export interface RankOptions {
  /** Program and arguments of every rank. */
  readonly command: readonly [string, ...string[]];
  readonly ranks: number;
  /** Receiver of messages: a rank's standard error, and how ranks ended. */
  readonly say: (message: string) => void;
  /** Aborting it sends SIGINT to all ranks. */
  readonly stop?: AbortSignal;
  /** Aborting it kills all ranks. */
  readonly kill?: AbortSignal;
  /** Seconds for the other ranks to end by themselves when one has failed; then they are killed. Default 15. */
  readonly grace?: number;
}

interface Rank {
  readonly number: number;
  readonly child: ChildProcess;
  readonly ended: Promise<number>;
  isRunning: boolean;
}

/**
 * Runs a command once for each rank, with torchrun's variables (RANK, WORLD_SIZE, LOCAL_WORLD_SIZE, MASTER_ADDR, MASTER_PORT), and
 * waits for all. The group meets at a socket that listens on the loopback device alone. Rank 0 has this process's input and output.
 * @returns exit code: 0 if all ranks ended with 0, 130 if they were interrupted, else that of the first that failed
 */
export async function launchRanks(options: RankOptions): Promise<number> {
  const { ranks: count, say, stop, kill, grace = GRACE } = options;
  const { server, port, descriptor } = await listen();
  const ranks = Array.from({ length: count }, (_, number) => start(number, options, port, descriptor));
  server.close();
  const send = (signal: NodeJS.Signals): void => {
    for (const { child, isRunning } of ranks) if (isRunning) child.kill(signal);
  };
  const onStop = (): void => send("SIGINT");
  const onKill = (): void => send("SIGKILL");
  stop?.addEventListener("abort", onStop);
  kill?.addEventListener("abort", onKill);
  let deadline: NodeJS.Timeout | undefined;
  let first: number | undefined;
  const fail = (number: number, code: number, signal: string | null): void => {
    if (first !== undefined) return;
    first = code;
    if (kill?.aborted !== true)
      say(`rank ${number} of ${count} ${howEnded(code, signal)}; the others are ended`);
    deadline = setTimeout(() => {
      for (const { number: other, isRunning } of ranks)
        if (isRunning) say(`rank ${other} of ${count} has not ended after ${grace} s and is killed`);
      send("SIGKILL");
    }, grace * 1000);
  };
  try {
    const codes = await Promise.all(
      ranks.map(async (rank) => {
        const code = await rank.ended;
        if (code !== 0 && code !== 130) fail(rank.number, code, rank.child.signalCode);
        return code;
      }),
    );
    return first ?? (codes.includes(130) ? 130 : 0);
  } finally {
    clearTimeout(deadline);
    stop?.removeEventListener("abort", onStop);
    kill?.removeEventListener("abort", onKill);
  }
}

/** A socket for rank 0, so that no other program can take its port meanwhile. */
function listen(): Promise<{ server: Server; port: number; descriptor: number }> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      const { _handle: handle } = server as Server & { readonly _handle: { readonly fd: number } };
      resolve({ server, port, descriptor: handle.fd });
    });
  });
}

function start(number: number, options: RankOptions, port: number, descriptor: number): Rank {
  const { command, ranks, say } = options;
  const isFirst = number === 0;
  const place = { RANK: number, WORLD_SIZE: ranks, LOCAL_WORLD_SIZE: ranks, MASTER_PORT: port };
  const first: StdioOptions = ["inherit", "inherit", "inherit", "ipc", descriptor];
  const [program, ...rest] = command;
  const child = spawn(program, rest, {
    // In a session of its own: Ctrl-C reaches this process, which passes it on once.
    detached: true,
    stdio: isFirst ? first : ["ignore", "ignore", "pipe", "ipc"],
    env: {
      TORCH_CPP_LOG_LEVEL: "FATAL",
      ...process.env,
      ...Object.fromEntries(Object.entries(place).map(([name, value]) => [name, String(value)])),
      MASTER_ADDR: "127.0.0.1",
      [LISTENING]: isFirst ? String(DESCRIPTOR) : undefined,
    },
  });
  if (child.stderr !== null)
    createInterface({ input: child.stderr }).on("line", (line) => say(`rank ${number}: ${line}`));
  const ended = new Promise<number>((resolve) => {
    child.on("error", (error) => say(`rank ${number} cannot be started: ${error.message}`));
    child.on("close", (code) => {
      rank.isRunning = false;
      resolve(code ?? 1);
    });
  });
  const rank: Rank = { number, child, ended, isRunning: true };
  return rank;
}

function howEnded(code: number, signal: string | null): string {
  return signal === null ? `failed (exit code ${code})` : `was ended by ${signal}`;
}
