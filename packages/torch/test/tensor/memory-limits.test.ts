// How much memory there is: of the machine, of a cgroup, and what happens at its end.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { memoryStats, setMemoryLimit, TorchError } from "@throughline/torch";
import { afterEach, describe, expect, test } from "vitest";
import { native } from "../../dist/native.js";

const MiB = 2 ** 20;
const GiB = 2 ** 30;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A root with these files under it, and what the addon makes of it. */
function systemWith(files: Record<string, string>): { total: number; available: number } {
  const root = mkdtempSync(join(tmpdir(), "throughline-memory-"));
  folders.push(root);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  const [total, available] = native.systemMemory(root);
  return { total, available };
}

const meminfo = (total: number, available: number, swap = 0): string =>
  `MemTotal: ${total / 1024} kB\nMemFree: 7 kB\nMemAvailable: ${available / 1024} kB\nSwapFree: ${swap / 1024} kB\n`;

describe.runIf(process.platform === "linux")("what the system says", () => {
  test("without cgroups: the machine", () => {
    const files = { "proc/meminfo": meminfo(8 * GiB, 3 * GiB, GiB), "proc/self/cgroup": "" };
    expect(systemWith(files)).toEqual({ total: 8 * GiB, available: 4 * GiB });
  });

  test("version 2: the smallest on the way to the root, file pages counted as free", () => {
    const files = {
      "proc/meminfo": meminfo(8 * GiB, 6 * GiB),
      "proc/self/cgroup": "0::/outer/inner\n",
      "sys/fs/cgroup/outer/memory.max": `${2 * GiB}\n`,
      "sys/fs/cgroup/outer/memory.high": "max\n",
      "sys/fs/cgroup/outer/memory.current": `${GiB}\n`,
      "sys/fs/cgroup/outer/memory.stat": `anon 5\ninactive_file ${100 * MiB}\nactive_file ${28 * MiB}\n`,
      "sys/fs/cgroup/outer/inner/memory.max": "max\n",
      "sys/fs/cgroup/outer/inner/memory.current": `${GiB}\n`,
    };
    expect(systemWith(files)).toEqual({ total: 2 * GiB, available: GiB + 128 * MiB });
    expect(systemWith({ ...files, "sys/fs/cgroup/outer/inner/memory.high": `${1536 * MiB}\n` })).toEqual({
      total: 1536 * MiB,
      available: 512 * MiB,
    });
  });

  test("version 1, beside a version 2 without memory; in a container whose own cgroup is at the top", () => {
    const files = {
      "proc/meminfo": meminfo(8 * GiB, 6 * GiB),
      "proc/self/cgroup": "5:cpu:/x\n4:cpuset,memory:/docker/abc\n0::/docker/abc\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": `${3 * GiB}\n`,
      "sys/fs/cgroup/memory/memory.usage_in_bytes": `${GiB}\n`,
      "sys/fs/cgroup/memory/memory.stat": `inactive_file 3\ntotal_inactive_file ${MiB}\ntotal_active_file 0\n`,
    };
    expect(systemWith(files)).toEqual({ total: 3 * GiB, available: 2 * GiB + MiB });
  });

  test("no limit is 2⁶³ in version 1; a cgroup that is full has nothing left", () => {
    const files = {
      "proc/meminfo": meminfo(8 * GiB, 6 * GiB),
      "proc/self/cgroup": "4:memory:/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": `${GiB}\n`,
    };
    expect(systemWith(files)).toEqual({ total: 8 * GiB, available: 6 * GiB });
    const full = { ...files, "sys/fs/cgroup/memory/memory.limit_in_bytes": `${GiB / 2}\n` };
    expect(systemWith(full)).toEqual({ total: GiB / 2, available: 0 });
  });
});

describe("the limit", () => {
  test("leaves something for JavaScript by default", () => {
    const [total] = native.systemMemory("");
    const { limit } = memoryStats();
    expect(limit).toBeLessThan(Math.min(total, totalmem()));
    expect(limit).toBeGreaterThan(Math.min(total, totalmem()) * 0.8);
  });

  test("more than there is is refused", () => {
    const { limit } = memoryStats();
    for (const bytes of [1e15, Number.POSITIVE_INFINITY]) {
      expect(() => setMemoryLimit(bytes)).toThrow(TorchError);
      expect(() => setMemoryLimit(bytes)).toThrow(
        /a memory limit must be at most the \d+ bytes that the machine, or this process's cgroup, has/,
      );
    }
    expect(memoryStats().limit).toBe(limit);
  });
});

/** A cgroup of this many bytes below our own, if we may make one. */
function makeCgroup(bytes: number): string | undefined {
  const line = readFileSync("/proc/self/cgroup", "utf8")
    .split("\n")
    .find((text) => /:(.*,)?memory(,.*)?:/.test(text) || text.startsWith("0::"));
  const [, controllers, path = ""] = line?.split(":") ?? [];
  const mount = controllers === "" ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
  const group = join(mount, path, `throughline-test-${process.pid}`);
  try {
    mkdirSync(group);
    writeFileSync(join(group, controllers === "" ? "memory.max" : "memory.limit_in_bytes"), `${bytes}`);
    return group;
  } catch {
    return undefined;
  }
}

const group = process.platform === "linux" ? makeCgroup(1000 * MiB) : undefined;

test.skipIf(group === undefined)(
  "many small tensors in a cgroup end in a TorchError, not in a killed process (skipped where no cgroup can be made)",
  () => {
    const program = fileURLToPath(new URL("./modules/fill-memory.mjs", import.meta.url));
    const { stdout, status, signal, stderr } = spawnSync(
      "sh",
      ["-c", `echo $$ > ${group}/cgroup.procs && exec ${process.execPath} ${program}`],
      { encoding: "utf8" },
    );
    rmdirSync(group!);
    expect({ status, signal, stderr }).toMatchObject({ status: 0, signal: null });
    const { code, made } = JSON.parse(stdout) as { code: string; made: number };
    expect(code).toBe("torch/memory");
    expect(made * 4 * MiB).toBeGreaterThan(300 * MiB);
    expect(made * 4 * MiB).toBeLessThan(1000 * MiB);
  },
);
