// The thread of simulation-host.ts: it answers one message after the other until one says that it is to end.
import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { loadMuJoCo } from "../physics/mujoco.js";
import { Simulation } from "../simulation/simulation.js";
import { TASKS } from "../tasks/tasks.js";
import { handlers } from "./handlers.js";
import { at, type Request, type Response, type ThreadData } from "./simulation-host.js";

const { id, code, counts, port } = workerData as ThreadData;
const numbers = new Int32Array(counts);

/** The next message. */
function next(): Request {
  const { asked, answered } = at;
  while (numbers[asked] === numbers[answered]) Atomics.wait(numbers, asked, numbers[asked]!);
  return receiveMessageOnPort(port)!.message as Request;
}

function answer(response: Response): void {
  port.postMessage(response);
  Atomics.add(numbers, at.answered, 1);
  Atomics.notify(numbers, at.answered);
}

/** Does what a call says. */
function answerTo(simulation: Simulation, { name, args }: NonNullable<Request["call"]>): Response {
  try {
    const handler = handlers[name] as (simulation: Simulation, ...args: readonly unknown[]) => unknown;
    return { result: handler(simulation, ...args) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

const loaded = await loadMuJoCo(code).then(
  (mujoco) => new Simulation(mujoco, TASKS[id]),
  (error: Error) => error,
);
for (;;) {
  const { call } = next();
  if (call === undefined) break;
  answer(loaded instanceof Error ? { error: loaded.message } : answerTo(loaded, call));
}
if (!(loaded instanceof Error)) loaded.free();
answer({ result: undefined });
port.close();
