// Groups of processes on this machine's loopback device.
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { type Ending, type Started, startProcess, until } from "@throughline/testing/processes";
import { expect, it } from "vitest";

const program = fileURLToPath(new URL("support/rank.mjs", import.meta.url));

/** A port that was free a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

function rank(scenario: string, number: number, size: number, port: number, timeout = 60): Started {
  const place = { RANK: number, WORLD_SIZE: size, MASTER_PORT: port, TIMEOUT: timeout };
  const env = Object.fromEntries(Object.entries(place).map(([name, value]) => [name, String(value)]));
  return startProcess([process.execPath, program, scenario], {
    env: { ...process.env, OMP_NUM_THREADS: "1", TORCH_CPP_LOG_LEVEL: "FATAL", ...env },
  });
}

const answerOf = ({ stdout, stderr }: Ending) => {
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout);
};

/** What each rank prints. */
async function all(scenario: string, size: number, timeout?: number) {
  const port = await freePort();
  const ranks = Array.from({ length: size }, (_, at) => rank(scenario, at, size, port, timeout));
  return Promise.all(ranks.map(async ({ ended }) => answerOf(await ended)));
}

it.concurrent.each([2, 3])("joins the tensors of %i ranks", async (size) => {
  const found = await all("collectives", size);
  const ranks = Array.from({ length: size }, (_, at) => at);
  const sum = ranks.reduce((a, b) => a + b);
  const reduced = (op: (a: number, b: number) => number) => [
    ranks.map((r) => r + 1).reduce(op),
    ranks.map(() => 2).reduce(op),
    ranks.map((r) => -r).reduce(op) + 0,
  ];
  const total = reduced((a, b) => a + b);
  for (const one of found) {
    expect(one).toEqual({
      sum: total,
      mean: total.map((value) => Math.fround(value / size)),
      product: reduced((a, b) => a * b),
      min: reduced((a, b) => Math.min(a, b)),
      max: reduced((a, b) => Math.max(a, b)),
      ...Object.fromEntries(
        ["float64", "float16", "int32", "int64", "uint8"].map((dtype) => [dtype, total.slice(0, 2)]),
      ),
      many: [[sum], [size, sum], [sum]],
      columns: [size, 3 * size, 2 * size, sum],
      broadcast: [size - 1, 7],
      gathered: ranks.map((r) => [r, 2 * r]),
      object: { from: 1, text: "ä" },
      inside: [size, sum],
    });
  }
});

it.concurrent("goes on answering while it waits", async () => {
  const [waiting] = await all("ticks", 2);
  expect(waiting.ticks).toBeGreaterThan(20);
});

it.concurrent("trains several ranks as one process trains with all their samples", async () => {
  const [[alone], ...groups] = await Promise.all([all("train", 1), all("train", 2), all("train", 3)]);
  for (const { weights, unused } of groups.flat()) {
    expect(unused).toBe(true);
    for (const [name, values] of Object.entries(weights as Record<string, number[]>))
      for (const [at, value] of values.entries()) expect(value).toBeCloseTo(alone.weights[name][at], 12);
  }
  const [first, second] = groups[1]!;
  expect(first.weights).toEqual(second.weights);
});

it.concurrent("gives all ranks the running means of rank 0", async () => {
  const [first, second] = await all("buffers", 2);
  expect(first.own).not.toEqual(second.own);
  expect([first.shared, second.shared]).toEqual([first.own, first.own]);
});

it.concurrent("sums gradients that only some ranks have, and leaves those out that none has", async () => {
  for (const { gradients } of await all("partly", 2)) expect(gradients).toEqual([[2], [5], null]);
});

it.concurrent("says of which shapes modules differ", async () => {
  const [first, second] = await all("unlike", 2);
  expect(second).toMatchObject({ code: "torch/argument" });
  expect(second.message).toMatch(/rank 1 has weight float32\[4,2\], rank 0 has weight float32\[3,2\]/);
  expect(first.message).toMatch(/another rank's module differs/);
});

it.concurrent.each([
  ["killed", "barrier of rank 0 failed: rank 1 does not answer: killed, stopped, or its machine is gone"],
  ["failing", "barrier of rank 0 failed: rank 1 failed: the loss is NaN"],
  ["leaving", "barrier of rank 0 failed: rank 1 has left the group"],
])("names a rank that was %s", async (scenario, message) => {
  const port = await freePort();
  const [first] = [0, 1].map((at) => rank(scenario, at, 2, port));
  expect(answerOf(await first!.ended)).toEqual({ code: "torch/distributed", message });
});

it.concurrent("names a rank that hangs, and is of no use then", async () => {
  const port = await freePort();
  const [first] = [0, 1].map((at) => rank("hanging", at, 2, port, 2));
  const reason = "rank 1 did not come to collective 1";
  const ending = await first!.ended;
  expect(answerOf(ending)).toEqual({
    code: "torch/distributed",
    message: `barrier: the group cannot be used any more: ${reason}`,
  });
  expect(ending.stderr).toContain(`barrier of rank 0 failed: ${reason} within 2 s`);
});

it.concurrent("says which ranks have not come", async () => {
  const port = await freePort();
  const [first] = [rank("joining", 0, 4, port, 3), rank("joining", 2, 4, port, 3)];
  expect(answerOf(await first.ended)).toEqual({
    code: "torch/distributed",
    message: "initProcessGroup: ranks 1, 3 of 4 did not come within 3 s",
  });
});

it.concurrent("says that there is no rank 0", async () => {
  const port = await freePort();
  expect(answerOf(await rank("joining", 1, 2, port, 1).ended)).toEqual({
    code: "torch/distributed",
    message: `initProcessGroup: rank 1 found no rank 0 at 127.0.0.1:${port} within 1 s`,
  });
});

it.concurrent("refuses ranks that were told of different sizes, and one that is there already", async () => {
  const port = await freePort();
  const first = rank("joining", 0, 3, port);
  expect(answerOf(await rank("joining", 1, 2, port).ended).message).toBe(
    "initProcessGroup: rank 1 was told of a world of 2 ranks, and rank 0 of one of 3",
  );
  const again = answerOf(await rank("joining", 1, 3, port).ended);
  expect(again.message).toBe("initProcessGroup: rank 1 was started twice");
  first.child.kill("SIGKILL");
  await until("it has ended", () => first.child.signalCode !== null);
});

it.concurrent("says that the port is in use", async () => {
  const server = createServer();
  const port = await new Promise<number>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port)),
  );
  try {
    expect(answerOf(await rank("joining", 0, 2, port).ended).message).toBe(
      `initProcessGroup: port ${port} of 127.0.0.1 is in use: by another program, or by a second process with rank 0; set MASTER_PORT to another one`,
    );
  } finally {
    server.close();
  }
});
