// Folders and processes that go by themselves, and reference data.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder, testFolder } from "@throughline/testing/folders";
import { isAlive, recordLoads, startProcess, until } from "@throughline/testing/processes";
import { describeReference } from "@throughline/testing/reference";
import { io, scope, tensor } from "@throughline/torch";
import { describe, expect, test } from "vitest";

let ofBlock = "";

describe("folders", () => {
  let ofTest = "";
  ofBlock = fileFolder();

  test("are empty and one's own", () => {
    ofTest = testFolder();
    expect(testFolder()).not.toBe(ofTest);
    mkdirSync(join(ofTest, "deep/er"), { recursive: true });
    writeFileSync(join(ofBlock, "x"), "");
  });

  test("are gone after the test", () => {
    expect(existsSync(ofTest)).toBe(false);
    expect(existsSync(join(ofBlock, "x"))).toBe(true);
  });
});

test("folders of a block are gone after it", () => expect(existsSync(ofBlock)).toBe(false));

const node = (program: string): readonly string[] => [process.execPath, "-e", program];
const forEver = "setInterval(() => {}, 1000); console.error('ready')";

describe("processes", () => {
  let left = 0;

  test("tell how they ended and what they said, apart", async () => {
    const program =
      "console.log('out'); console.error(process.env.OMP_NUM_THREADS, process.cwd()); process.exitCode = 3";
    const folder = testFolder();
    expect(await startProcess(node(program), { cwd: folder, env: {} }).ended).toEqual({
      ...{ code: 3, signal: null, stdout: "out\n", stderr: `1 ${folder}\n` },
    });
    const own = startProcess(node("console.error(process.env.OMP_NUM_THREADS)"), {
      env: { OMP_NUM_THREADS: "2" },
    });
    expect((await own.ended).stderr).toBe("2\n");
  });

  test("are waited for until they say something; one that ends before is told of with what it said", async () => {
    const waiting = startProcess(node(forEver));
    await waiting.said("ready");
    expect(waiting.heard()).toContain("ready");
    left = waiting.child.pid!;
    expect(isAlive(left)).toBe(true);
    await expect(startProcess(node("console.error('else')")).said("ready")).rejects.toThrow(
      'ended without saying "ready": else',
    );
  });

  test("do not outlive the test that started them", async () => {
    await until("the last test's process is gone", () => !isAlive(left));
  });

  test("that are not there are an error", async () => {
    await expect(startProcess(["/nowhere/program"]).ended).rejects.toThrow(/ENOENT/);
  });

  test("are waited for in vain no longer than is said", async () => {
    await expect(until("never", () => false, 30)).rejects.toThrow("waited in vain until never");
    let looks = 0;
    await until("the third look", () => ++looks === 3);
    expect(looks).toBe(3);
  });

  test("record the modules that they load", async () => {
    const [folder, list] = [testFolder(), "loaded.txt"];
    writeFileSync(join(folder, "a.mjs"), "import './b.mjs';");
    writeFileSync(join(folder, "b.mjs"), "");
    const command = [process.execPath, "--import", recordLoads, join(folder, "a.mjs")];
    const { code, stderr } = await startProcess(command, { env: { THROUGHLINE_LOADED: join(folder, list) } })
      .ended;
    expect(code, stderr).toBe(0);
    expect(readFileSync(join(folder, list), "utf8")).toMatch(/\/a\.mjs[\s\S]*\/b\.mjs/);
  });
});

// A file of reference data of its own: the README says that float32 is 0.001 from float64 in `out`.
const folder = fileFolder();
scope(() =>
  io.saveSafetensors(join(folder, "net.safetensors"), {
    "weights.a": tensor([1, 2]),
    "weights.b": tensor([3]),
    out: tensor([10, 20]),
    "grads.a": tensor([1]),
    "grads.none": tensor([0]),
  }),
);
const rows = [
  "| tensor | shape | float32 from float64 |",
  "| `out` | [2] | 1e-3 |",
  "| `grads.a` | [1] | 0.5 |",
];
writeFileSync(
  join(folder, "README.md"),
  `# Data\n\n## \`other.safetensors\`\n\n| \`out\` | [2] | 99 |\n\n## \`net.safetensors\`\n\n${rows.join("\n")}\n`,
);

describeReference(join(folder, "net"), ({ dtype, keys, group, check, formula }) => {
  test("holds the file's tensors, read in the dtype", () => {
    scope(() => {
      expect(keys.toSorted()).toEqual(["grads.a", "grads.none", "out", "weights.a", "weights.b"]);
      expect(formula).toBe(join(folder, "net.formula.json"));
      const weights = group("weights.");
      expect(Object.keys(weights).sort()).toEqual(["a", "b"]);
      expect([weights.a!.dtype, weights.a!.toArray()]).toEqual([dtype, [1, 2]]);
    });
  });

  test("compares within 4 times, in float32 16 times, what float32 itself is off, and a little", () => {
    scope(() => {
      const room = (dtype === "float64" ? 4 : 16) * 1e-3;
      check("out", tensor([10, 20 + 0.99 * room], { dtype }));
      check("out", tensor([[10], [20]], { dtype }));
      expect(() => check("out", tensor([10, 20 + 1.02 * room], { dtype }))).toThrow(/^out/);
      expect(() =>
        check("out", tensor([10, 20], { dtype: dtype === "float64" ? "float32" : "float64" })),
      ).toThrow(/^out/);
    });
  });

  test("compares gradients in float64 only, and takes none for zeros", () => {
    scope(() => {
      const far = tensor([9], { dtype });
      if (dtype === "float32") check("grads.a", far);
      else expect(() => check("grads.a", far)).toThrow(/^grads\.a/);
      check("grads.none", null);
      if (dtype === "float64") expect(() => check("grads.a", null)).toThrow(/grads\.a has no gradient here/);
    });
  });
});
