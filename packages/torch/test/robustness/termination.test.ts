// Workers that are terminated in the middle of callbacks from libtorch.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("60 workers terminated inside hooks and custom functions leave the process whole", () => {
  const program = fileURLToPath(new URL("./modules/terminate.mjs", import.meta.url));
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [program, "60"], {
    encoding: "utf8",
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: "" });
  expect(stdout).toBe("60 terminated\n");
});
