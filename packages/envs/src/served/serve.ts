// A process that plays environments for another one, which starts it: python/throughline_envs. Its arguments are two file
// descriptors, for requests and for answers; it ends when no more can come.
import { readSync, writeSync } from "node:fs";
import { ThroughlineError } from "@throughline/torch/errors";
import { EnvError } from "../errors.js";
import { type Served, served, type Wanted } from "./served-env.js";
import { answerParts, REQUEST_BYTES, requestHeader, type ServedAnswer } from "./wire.js";

const [REQUESTS, ANSWERS] = process.argv.slice(2).map(Number) as [number, number];
const envs = new Map<number, Served>();
let made = 0;

/** undefined when no more can come. */
function read(bytes: number): Buffer | undefined {
  const all = Buffer.alloc(bytes);
  for (let done = 0; done < bytes; ) {
    const count = readSync(REQUESTS, all, done, bytes - done, null);
    if (count === 0) return undefined;
    done += count;
  }
  return all;
}

function write(answer: ServedAnswer): void {
  for (const part of answerParts(answer))
    for (let done = 0; done < part.length; ) done += writeSync(ANSWERS, part, done);
}

function answerTo(call: string, number: number, message: unknown, values: Buffer): ServedAnswer {
  if (call === "make") {
    const env = served(message as Wanted);
    envs.set(++made, env);
    return { message: { env: made, about: env.about } };
  }
  const env = envs.get(number);
  if (env === undefined) throw new EnvError("closed", "the environment is closed");
  if (call === "reset") return env.reset(message as Parameters<Served["reset"]>[0]);
  if (call === "step") return env.step(new Int32Array(new Uint8Array(values).buffer));
  if (call === "render") return env.render();
  env.close();
  envs.delete(number);
  return {};
}

/** Plays until no more requests can come. */
function serve(): void {
  process.on("SIGINT", () => {}); // Ctrl-C is the other process's
  for (;;) {
    const head = read(REQUEST_BYTES);
    if (head === undefined) return;
    const { call, env, textBytes, valueBytes } = requestHeader(head);
    const rest = read(textBytes + valueBytes);
    if (rest === undefined) return;
    try {
      const message = textBytes === 0 ? undefined : JSON.parse(rest.toString("utf8", 0, textBytes));
      write(answerTo(call, env, message, rest.subarray(textBytes)));
    } catch (error) {
      const code = error instanceof ThroughlineError ? error.code : "internal";
      write({ message: { code, message: (error as Error).message }, failed: true });
    }
  }
}

serve();
