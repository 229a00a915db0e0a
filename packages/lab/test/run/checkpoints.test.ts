// The checkpoints of a run on disk: written whole or not at all, found newest first, and kept as long as something needs them.
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import * as engine from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { LabError } from "../../src/errors.js";
import { readCheckpoint, readTensors, writeCheckpoint } from "../../src/run/checkpoint-files.js";
import { CheckpointStore } from "../../src/run/checkpoint-store.js";
import { type BestStep, type Cut, checkpointName } from "../../src/run/cut.js";
import type { Lock } from "../../src/run/lock.js";
import { prefixSha256 } from "../../src/run/metrics-prefix.js";

checkLeaks();

const cutOf = (steps: number, rest: Partial<Cut> = {}): Cut => ({
  ...{ version: 1, steps, at: "train", loops: { train: { step: steps, done: false } }, ends: {}, best: {} },
  ...{
    metricsBytes: 0,
    metricsSha256: undefined,
    elapsed: 1.5,
    objects: { model: { a: 1 } },
    generators: {},
    tainted: [],
  },
  ...rest,
});

/** A lock that is held until it is taken away, and counts how often it was looked at. */
class Held implements Lock {
  isLost = false;
  looks = 0;
  readonly isHeld = (): boolean => !this.isLost;
  readonly check = (): void => {
    this.looks += 1;
    if (this.isLost) throw new LabError("lab/lock-lost", "taken away");
  };
  readonly release = (): void => {};
}

interface Place {
  readonly path: string;
  readonly folder: string;
  readonly metrics: string;
  readonly lock: Held;
  readonly said: string[];
  store(keep?: number): CheckpointStore;
}

function place(): Place {
  const path = testFolder();
  const folder = join(path, "checkpoints");
  mkdirSync(folder);
  const metrics = join(path, "metrics.jsonl");
  writeFileSync(metrics, "");
  const lock = new Held();
  return {
    path,
    folder,
    metrics,
    lock,
    said: [],
    store: (keep = 2) => new CheckpointStore(path, keep, lock),
  };
}

/** Writes the checkpoint after so many steps; its tensor holds their number. */
function write(store: CheckpointStore, steps: number, rest: Partial<Cut> = {}): string {
  const name = checkpointName(steps);
  engine.scope(() => store.write(engine, name, cutOf(steps, rest), new Map([["x", engine.tensor([steps])]])));
  return name;
}

const best = (steps: number): BestStep => ({
  metric: "loss",
  goal: "min",
  value: 1,
  step: steps - 1,
  checkpoint: checkpointName(steps),
});

describe("a checkpoint", () => {
  test("comes back as it was written, tensors and all", () => {
    const { folder } = place();
    const cut = cutOf(7, {
      ends: { warm: "step-00000003" },
      best: { train: best(5) },
      tainted: ["model.a"],
      generators: { "@cpu": "generator/@cpu" },
    });
    engine.scope(() => {
      const tensors = new Map([
        [
          "model.weight",
          engine.tensor([
            [1, 2],
            [3, 4],
          ]),
        ],
        ["ids", engine.tensor([1n, 2n])],
      ]);
      writeCheckpoint(engine, folder, "step-00000007", cut, tensors, () => {});
      const { tensors: file, ...read } = readCheckpoint(folder, "step-00000007") as Cut & {
        tensors: { bytes: number };
      };
      expect(read).toEqual(JSON.parse(JSON.stringify(cut)));
      expect(file.bytes).toBe(readFileSync(join(folder, "step-00000007/tensors.safetensors")).length);
      const back = readTensors(engine, folder, "step-00000007");
      expect(back["model.weight"]!.toArray()).toEqual([
        [1, 2],
        [3, 4],
      ]);
      expect([back.ids!.dtype, back.ids!.toArray()]).toEqual(["int64", [1, 2]]);
    });
    expect(readdirSync(folder)).toEqual(["step-00000007"]);
  });

  test("has no name before its last check, and leaves nothing if that throws", () => {
    const { folder } = place();
    let seen: string[] = [];
    const refuse = (): void => {
      seen = readdirSync(folder);
      throw new LabError("lab/lock-lost", "taken away");
    };
    engine.scope(() => {
      const tensors = new Map([["x", engine.tensor([1])]]);
      expect(() => writeCheckpoint(engine, folder, "step-00000001", cutOf(1), tensors, refuse)).toThrow(
        "taken away",
      );
    });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^\.step-00000001\..*\.tmp$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("takes the place of a damaged one of its name", () => {
    const { folder, store } = place();
    write(store(), 4);
    writeFileSync(join(folder, "step-00000004/state.json"), "{}");
    expect(() => readCheckpoint(folder, "step-00000004")).toThrow(/is damaged/);
    write(store(), 4);
    expect(readCheckpoint(folder, "step-00000004").steps).toBe(4);
  });

  test.each<[string, (path: string) => void, RegExp]>([
    ["has no state", (path) => rmSync(join(path, "state.json")), /it has no state\.json/],
    ["has no tensors", (path) => rmSync(join(path, "tensors.safetensors")), /its tensors are missing/],
    [
      "has shorter tensors",
      (path) => truncateSync(join(path, "tensors.safetensors"), 10),
      /its tensors take 10 bytes rather than \d+/,
    ],
    [
      "has longer tensors",
      (path) => appendFileSync(join(path, "tensors.safetensors"), "x"),
      /its tensors take \d+ bytes rather than \d+/,
    ],
    [
      "was edited",
      (path) =>
        writeFileSync(
          join(path, "state.json"),
          readFileSync(join(path, "state.json"), "utf8").replace('"steps": 4', '"steps": 5'),
        ),
      /its state\.json does not match its checksum/,
    ],
    [
      "is another's state",
      (path) => cpSync(join(path, "../step-00000002/state.json"), join(path, "state.json")),
      /its tensors do not match their checksum/,
    ],
  ])("that %s is named with what is wrong", (_, harm, said) => {
    const { folder, store } = place();
    for (const steps of [2, 4]) write(store(), steps);
    harm(join(folder, "step-00000004"));
    expect(() => readCheckpoint(folder, "step-00000004")).toThrow(said);
    expect(() => readCheckpoint(folder, "step-00000004")).toThrow(
      expect.objectContaining({ code: "lab/damaged" }),
    );
    expect(readCheckpoint(folder, "step-00000002").steps).toBe(2);
  });
});

describe("the newest checkpoint", () => {
  test("is that of the most steps, whatever else is in the folder", () => {
    const { folder, metrics, store, said } = place();
    for (const steps of [3, 100_000_000, 20]) write(store(), steps);
    for (const name of ["pointers.json", ".step-00000099.tmp", "step-1", "notes"])
      writeFileSync(join(folder, name), "");
    expect(store().names()).toEqual(["step-00000003", "step-00000020", "step-100000000"]);
    expect(store().newest(metrics, false, (text) => said.push(text))).toMatchObject({
      name: "step-100000000",
      cut: { steps: 1e8 },
    });
    expect(said).toEqual([]);
  });

  test("is none where there is none, and one that is damaged is told of and passed over", () => {
    const { folder, metrics, store, said } = place();
    const tell = (text: string): void => void said.push(text);
    expect(store().newest(metrics, false, tell)).toBeUndefined();
    for (const steps of [1, 2]) write(store(), steps);
    rmSync(join(folder, "step-00000002/state.json"));
    expect(store().newest(metrics, false, tell)?.name).toBe("step-00000001");
    expect(said).toEqual([`checkpoint ${join(folder, "step-00000002")} is damaged: it has no state.json`]);
  });

  test("with NaN in it is avoided where asked, if there is another", () => {
    const { metrics, store, said } = place();
    const tell = (text: string): void => void said.push(text);
    write(store(), 1, { tainted: ["model.a"] });
    expect(store().newest(metrics, true, tell)?.name).toBe("step-00000001");
    write(store(), 2);
    write(store(), 3, { tainted: ["model.a", "model.b"] });
    const some = store();
    expect(some.newest(metrics, true, tell)?.name).toBe("step-00000002");
    expect(some.lastGood).toBe("step-00000002");
    expect(said.at(-1)).toBe("checkpoint step-00000003 holds NaN in model.a, model.b");
    expect(store().newest(metrics, false, tell)?.name).toBe("step-00000003");
  });

  test("needs the rows that were logged before it; other rows than those are an error, not an earlier checkpoint", () => {
    const { metrics, store, said } = place();
    const tell = (text: string): void => void said.push(text);
    writeFileSync(metrics, "one\ntwo\nthree\n");
    write(store(), 1, { metricsBytes: 4, metricsSha256: prefixSha256(metrics, 4) });
    write(store(), 2, { metricsBytes: 8, metricsSha256: prefixSha256(metrics, 8) });
    // Of an earlier version, without a checksum.
    expect(store().newest(metrics, false, tell)?.name).toBe("step-00000002");
    writeFileSync(metrics, "one\nt");
    expect(store().newest(metrics, false, tell)?.name).toBe("step-00000001");
    expect(said.at(-1)).toMatch(/cannot be used: metrics\.jsonl has lost lines that belong to it$/);
    writeFileSync(metrics, "one\ntwO\nthree\n");
    expect(() => store().newest(metrics, false, tell)).toThrow(
      /metrics\.jsonl is damaged: its first 8 bytes do not match their checksum in checkpoint step-00000002/,
    );
  });

  test("of an earlier version has no checksum of rows, and needs only as many", () => {
    const { metrics, store, said } = place();
    writeFileSync(metrics, "anything");
    write(store(), 1, { metricsBytes: 8 });
    expect(store().newest(metrics, false, (text) => said.push(text))?.name).toBe("step-00000001");
    write(store(), 2, { metricsBytes: 9 });
    expect(store().newest(metrics, false, (text) => said.push(text))?.name).toBe("step-00000001");
  });
});

describe("pruning", () => {
  test("keeps the last few, the best, the ends of loops and the last good one", () => {
    const { folder, store } = place();
    const some = store(2);
    for (const steps of [1, 2, 3, 4, 5, 6]) write(some, steps, { tainted: steps > 3 ? ["x"] : [] });
    some.prune("step-00000006", { train: best(2) }, { warm: "step-00000001" });
    // 1 an end, 2 the best, 3 the last without NaN, 5 and 6 the last two.
    expect(some.names()).toEqual([1, 2, 3, 5, 6].map(checkpointName));
    expect(JSON.parse(readFileSync(join(folder, "pointers.json"), "utf8"))).toEqual({
      ...{ latest: "step-00000006", best: { train: best(2) }, ends: { warm: "step-00000001" } },
    });
  });

  test("of those that are kept for a reason counts none among the last few", () => {
    const { store } = place();
    const some = store(2);
    for (const steps of [1, 2, 3, 4]) write(some, steps);
    some.prune("step-00000004", { train: best(3) }, { warm: "step-00000004" });
    expect(some.names()).toEqual([1, 2, 3, 4].map(checkpointName));
  });

  test("lets the ends of loops go when the run has finished; again, it does nothing", () => {
    const { store } = place();
    const some = store(1);
    for (const steps of [1, 2, 3]) write(some, steps);
    some.finish();
    expect(some.names()).toHaveLength(3);
    some.prune("step-00000003", {}, { a: "step-00000001", b: "step-00000002" });
    expect(some.names()).toHaveLength(3);
    some.finish();
    expect(some.names()).toEqual(["step-00000003"]);
    some.finish();
    expect(some.names()).toEqual(["step-00000003"]);
  });

  test("removes what is newer than the one that is gone on with, and half-written ones when the run is taken up", () => {
    const { folder, store } = place();
    const some = store();
    for (const steps of [1, 2, 3]) write(some, steps);
    some.removeAfter("step-00000002");
    expect(some.names()).toEqual(["step-00000001", "step-00000002"]);
    mkdirSync(join(folder, ".step-00000009.1-1-00000000-00000000.tmp"));
    some.tidy();
    expect(readdirSync(folder).sort()).toEqual(["step-00000001", "step-00000002"]);
    some.removeAfter(undefined);
    expect(some.names()).toEqual([]);
  });

  test("and writing stop at once when the lock is lost: nothing of the other process's is touched", () => {
    const { folder, lock, store } = place();
    const some = store(1);
    for (const steps of [1, 2]) write(some, steps);
    lock.isLost = true;
    expect(() => write(some, 3)).toThrow("taken away");
    expect(() => some.prune("step-00000002", {}, {})).toThrow("taken away");
    expect(() => some.removeAfter(undefined)).toThrow("taken away");
    expect(some.names()).toEqual(["step-00000001", "step-00000002"]);
    expect(existsSync(join(folder, "pointers.json"))).toBe(false);
    expect(lock.looks).toBeGreaterThan(3);
  });

  test("gives the tensors of the one that is asked for", () => {
    const { store } = place();
    for (const steps of [1, 2]) write(store(), steps);
    engine.scope(() => {
      const { cut, tensors } = store().load(engine, "step-00000001");
      expect([cut.steps, tensors.x!.toArray()]).toEqual([1, [1]]);
      expect(() => store().load(engine, "step-00000009")).toThrow(/it has no state\.json/);
    });
  });
});
