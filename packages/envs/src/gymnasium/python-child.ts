// A Python process that plays one environment: calls, answers, and what goes wrong with them.
import { closeSync, readSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { EnvError, type envFaults } from "../errors.js";
import { type ChildEnd, KeptChild } from "./keeper.js";
import { makePipes } from "./pipes.js";
import { ANSWER_BYTES, type AnswerHeader, answerHeader, type Call, request } from "./wire.js";

const PROGRAM = fileURLToPath(new URL("../../python/gymnasium_child.py", import.meta.url));

/** An answer of the child. */
export interface Answer extends AnswerHeader {
  /** Its JSON; undefined without any. */
  readonly message: unknown;
  readonly values: ArrayBuffer;
}

/** What the child says of a failure. */
interface Failure {
  readonly kind: "raised" | "id" | "package" | "dependency" | "old" | "space" | "picture";
  readonly message: string;
  readonly python?: string;
  readonly traceback?: string;
}

/** A child process of Python, for one environment. */
export class PythonChild {
  readonly #owner: string;
  readonly #python: string;
  readonly #timeout: number;
  readonly #child: KeptChild;
  readonly #requests: number;
  readonly #answers: number;
  readonly #buffer: Buffer<ArrayBuffer> = Buffer.from(new ArrayBuffer(1 << 16));
  #call: Call = "make";
  #over: EnvError | undefined;

  /**
   * @param owner the environment's name in messages
   * @param timeout seconds that a call may take
   * @throws EnvError `envs/python` if the process cannot be started
   */
  constructor(owner: string, python: string, timeout: number) {
    this.#owner = owner;
    this.#python = python;
    this.#timeout = timeout;
    const [requests, answers] = makePipes(2) as [
      ReturnType<typeof makePipes>[0],
      ReturnType<typeof makePipes>[0],
    ];
    this.#requests = requests.write;
    this.#answers = answers.read;
    this.#child = new KeptChild({
      command: python,
      args: [PROGRAM],
      env: { ...process.env },
      files: [requests.read, answers.write],
      timeout: timeout * 1000,
    });
    const problem = this.#child.started();
    closeSync(requests.read);
    closeSync(answers.write);
    if (problem === undefined) return;
    this.#release();
    const advice = "install Python 3.8 or later, or name one by the option python or THROUGHLINE_PYTHON";
    throw new EnvError("python", `${owner}: Python cannot be started (${problem}); ${advice}`);
  }

  /** A call and its answer. @throws EnvError `envs/raised`, `envs/died`, `envs/hung` and those of `make` */
  call(call: Call, message?: unknown, values?: Uint8Array): Answer {
    this.send(call, message, values);
    return this.receive();
  }

  /** Sends a call, whose answer `receive` waits for. */
  send(call: Call, message?: unknown, values?: Uint8Array): void {
    if (this.#over !== undefined) throw this.#over;
    this.#call = call;
    this.#child.callBegins();
    const bytes = request(call, message, values);
    try {
      for (let done = 0; done < bytes.length; ) done += writeSync(this.#requests, bytes, done);
    } catch (cause) {
      throw this.#end(cause);
    }
  }

  /** The answer to what was sent. */
  receive(): Answer {
    if (this.#over !== undefined) throw this.#over;
    const all = this.#whole();
    this.#child.callEnds();
    const header = answerHeader(all);
    const from = ANSWER_BYTES + header.textBytes;
    const message = header.textBytes === 0 ? undefined : JSON.parse(all.toString("utf8", ANSWER_BYTES, from));
    if (header.failed) throw this.#failure(message as Failure);
    const start = all.byteOffset + from;
    return { ...header, message, values: all.buffer.slice(start, start + header.valueBytes) };
  }

  /** Ends the process and waits for its end; what it has to say about it is not asked. */
  close(): void {
    if (this.#over !== undefined) return;
    try {
      this.call("close");
    } catch {
      // It has ended anyway, or an environment that cannot close itself ends with its process.
    }
    if (this.#over === undefined) {
      this.#release();
      this.#child.ended();
    }
    this.#over = new EnvError("closed", `${this.#owner}: the environment is closed`);
  }

  /** The bytes of an answer; valid until the next. Most come with the first read. */
  #whole(): Buffer<ArrayBuffer> {
    let all = this.#buffer;
    let [done, wanted] = [0, ANSWER_BYTES];
    while (done < wanted) {
      const count = readSync(this.#answers, all, done, all.length - done, null);
      if (count === 0) throw this.#end();
      const isFirst = done < ANSWER_BYTES;
      done += count;
      if (!isFirst || done < ANSWER_BYTES) continue;
      const { textBytes, valueBytes } = answerHeader(all);
      wanted = ANSWER_BYTES + textBytes + valueBytes;
      if (wanted > all.length) all = Buffer.concat([all], wanted) as Buffer<ArrayBuffer>;
    }
    return all;
  }

  /** The error of a process that is no more. */
  #end(cause?: unknown): EnvError {
    this.#release();
    const end = this.#child.ended();
    const { lastLine } = end;
    const [kind, what] = end.hung
      ? (["hung", this.#hungText()] as const)
      : (["died", this.#diedText(end)] as const);
    const last = lastLine === "" ? "" : `; its last line: ${lastLine}`;
    this.#over = new EnvError(kind, `${this.#owner}: ${what}${last}`, { cause });
    return this.#over;
  }

  #hungText(): string {
    return `${this.#call} has not ended within ${this.#timeout} s (timeout), and its Python process was ended`;
  }

  #diedText({ code, signal }: ChildEnd): string {
    const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
    const how = signal === undefined ? `exit code ${code}` : `signal ${name}`;
    return `its Python process ended during ${this.#call} (${how})`;
  }

  #release(): void {
    closeSync(this.#requests);
    closeSync(this.#answers);
  }

  #failure({ kind, message, python = this.#python, traceback }: Failure): EnvError {
    const { code, text } = failures[kind](message, python, this.#call);
    return new EnvError(code, `${this.#owner}: ${text}`, traceback ? { cause: new Error(traceback) } : {});
  }
}

/** The sentence of each kind of failure. */
const failures: Readonly<
  Record<
    Failure["kind"],
    (message: string, python: string, call: Call) => { code: keyof typeof envFaults; text: string }
  >
> = {
  raised: (message, _, call) => ({ code: "raised", text: `${call} raised ${message}` }),
  id: (message) => ({
    code: "id",
    text: `${message}${/[.!?]$/.test(message) ? "" : "."} If a package registers it, name that in imports`,
  }),
  package: (name, python) => ({
    code: "python",
    text: `${python} has no package ${name}; install it: ${python} -m pip install ${name.split(".")[0]}`,
  }),
  dependency: (message, python) => ({ code: "python", text: `${python}: ${message}` }),
  old: (version, python) => ({
    code: "python",
    text: `${python} has gymnasium ${version}, accepted: 0.26 or later; upgrade it: ${python} -m pip install -U gymnasium`,
  }),
  space: (what) => ({
    code: "space",
    text: `there is ${what}, accepted: Box, Discrete, MultiDiscrete, MultiBinary, Text, Dict and Tuple; a wrapper can change it`,
  }),
  picture: (type) => ({
    code: "space",
    text: `render gives ${type} and no picture; it needs render_mode "rgb_array"`,
  }),
};
