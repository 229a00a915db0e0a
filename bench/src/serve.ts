// The protocol of a benchmark program: a request a line, a line of JSON for each.
import { createInterface } from "node:readline";

/** Answers every request that `bench/run.mjs` sends, one after the other. */
export async function serve(
  answer: (request: { case?: string; side?: string; check?: string }) => unknown,
): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await answer(JSON.parse(line)))}\n`);
  }
}
