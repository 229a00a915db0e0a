// Ray's interface of jobs. Node's `fetch` says like a browser where a request comes from, and Ray refuses browsers (405); so this
// uses `node:http`.
import { request as plain } from "node:http";
import { request as encrypted } from "node:https";
import { LabError } from "../../errors.js";

/** Milliseconds to wait for an answer. */
const PATIENCE = 60_000;

/** An answer, whatever its status. */
export interface RayAnswer {
  readonly status: number;
  readonly text: string;
}

/** Asks Ray. @throws LabError lab/launcher if there is no answer */
export function askRay(
  address: string,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<RayAnswer> {
  const url = new URL(path, address);
  const send = url.protocol === "https:" ? encrypted : plain;
  const text = body === undefined ? "" : JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const fail = (cause: Error): void =>
      reject(new LabError("lab/launcher", `Ray does not answer at ${address}: ${cause.message}`, { cause }));
    const asking = send(url, { method, headers, timeout: PATIENCE }, (response) => {
      let answer = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        answer += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text: answer }));
      response.on("error", fail);
    });
    asking.on("timeout", () => asking.destroy(new Error("no answer in time")));
    asking.on("error", fail);
    asking.end(text);
  });
}

/** Same, for an answer that must be JSON. @throws LabError lab/launcher for anything else */
export async function askRayJson(
  address: string,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<unknown> {
  const { status, text } = await askRay(address, method, path, body);
  if (status >= 200 && status < 300) {
    try {
      return JSON.parse(text);
    } catch {
      // Not Ray's.
    }
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  throw new LabError("lab/launcher", `Ray at ${address} refuses ${path} (${status}): ${lines.at(-1) ?? ""}`);
}
