// The thread of simulation-host.ts: it answers one message after the other until one says that it is to end.
import { workerData } from "node:worker_threads";
import { loadMuJoCo, type MuJoCo } from "../physics/mujoco.js";
import { Simulation } from "../simulation/simulation.js";
import { TASKS } from "../tasks/tasks.js";
import { handlers } from "./handlers.js";
import { at, nextMessage, type Request, type Response, type ThreadData } from "./simulation-host.js";

const { code, counts, port } = workerData as ThreadData;
const numbers = new Int32Array(counts);
/** Why there is no engine, where there is none: said when it is asked for something. */
const engine: MuJoCo | Error = await loadMuJoCo(code).catch((error: Error) => error);
let simulation: Simulation | undefined;

/** The next message. */
const next = (): Request => nextMessage(port, numbers, at.asked) as Request;

function answer(response: Response): void {
  port.postMessage(response);
  Atomics.add(numbers, at.answered, 1);
  Atomics.notify(numbers, at.answered);
}

function call({ name, args }: Extract<Request, { kind: "call" }>): unknown {
  if (engine instanceof Error) throw engine;
  const handler = handlers[name] as (simulation: Simulation, ...args: readonly unknown[]) => unknown;
  return handler(simulation!, ...args);
}

function answerTo(request: Request): Response {
  try {
    return { result: request.kind === "call" ? call(request) : simulation?.free() };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

for (let request = next(); request.kind !== "end"; request = next()) {
  // Nothing waits for the answer to this one.
  if (request.kind === "open")
    simulation = engine instanceof Error ? undefined : new Simulation(engine, TASKS[request.id]);
  else answer(answerTo(request));
}
port.close();
