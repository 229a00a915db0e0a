import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dtypes, fromBytes, liveTensors, scope, Tensor } from "@throughline/torch";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  loadNpy,
  loadNpz,
  loadPt,
  loadPtStateDict,
  loadSafetensors,
  loadStateDictFile,
  openSafetensors,
  type PtDict,
  saveNpy,
  saveNpz,
  saveSafetensors,
} from "../../dist/io/index.js";
import type { RawTensor } from "../../src/io/raw.js";
import { type Facts, fixture, fixtureFolder, manifest, rawTensors } from "./helpers.js";

let folder: string;
let live: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-io-"));
  live = liveTensors();
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  expect(liveTensors()).toBe(live);
});

const at = (name: string): string => join(folder, name);
const python = (name: string): string => join(fixtureFolder, name);

function facts(tensor: Tensor): Facts {
  return { dtype: tensor.dtype, shape: tensor.shape, hex: Buffer.from(tensor.toBytes()).toString("hex") };
}

const allFacts = (tensors: Readonly<Record<string, Tensor>>) =>
  new Map(Object.entries(tensors).map(([key, value]) => [key, facts(value)]));
const asMap = (record: Record<string, Facts> | undefined) => new Map(Object.entries(record ?? {}));
const make = ({ bytes, shape, dtype }: RawTensor): Tensor => fromBytes(bytes, shape, dtype);

/** Runs in a scope of its own, so that nothing a test loads stays alive. */
function scoped(body: () => void): () => void {
  return () => scope(body);
}

/** As `expectRefusal`, for the TorchError of the built package. */
function expectRefusal(run: () => unknown, code: string, text: string): void {
  expect(run).toThrow(
    expect.objectContaining({ name: "TorchError", code, message: expect.stringContaining(text) }),
  );
}

describe("safetensors", () => {
  test(
    "every dtype Python wrote",
    scoped(() => {
      const { tensors, metadata } = manifest.files["dtypes.safetensors"]!;
      expect(allFacts(loadSafetensors(python("dtypes.safetensors")))).toEqual(asMap(tensors));
      using file = openSafetensors(python("dtypes.safetensors"));
      expect(new Set(file.names)).toEqual(new Set(Object.keys(tensors!)));
      expect({ ...file.metadata }).toEqual(metadata);
      expect(file.has("bool")).toBe(true);
      expect(file.has("toString")).toBe(false);
      expect(file.info("int8")).toEqual({ dtype: "int8", shape: [2, 3] });
      expect(facts(file.get("bfloat16"))).toEqual(tensors!.bfloat16);
      expectRefusal(() => file.get("none"), "io/missing", "dtypes.safetensors: there is no tensor 'none'");
      file.close();
      expectRefusal(() => file.get("bool"), "io/argument", "dtypes.safetensors: the file has been closed");
    }),
  );

  test(
    "saved and loaded, as an object and as a Map, with names of all kinds",
    scoped(() => {
      const map = new Map(
        ["__proto__", "10", "2", "", "weight"].map((name, n) => [
          name,
          fromBytes(Uint8Array.of(n), [], "uint8"),
        ]),
      );
      saveSafetensors(at("map"), map, { step: "3" });
      using file = openSafetensors(at("map"));
      expect(file.names).toEqual([...map.keys()]);
      expect({ ...file.metadata }).toEqual({ step: "3" });
      const loaded = loadSafetensors(at("map"));
      expect(Object.getPrototypeOf(loaded)).toBe(null);
      expect(allFacts(loaded)).toEqual(new Map([...map].map(([name, tensor]) => [name, facts(tensor)])));
      saveSafetensors(at("object"), loaded);
      expect(allFacts(loadSafetensors(at("object")))).toEqual(allFacts(loaded));
      expect(readdirSync(folder).sort()).toEqual(["map", "object"]);
    }),
  );

  test("what cannot be saved leaves no file, and nothing alive", () => {
    expectRefusal(
      () => saveSafetensors(at("x"), { a: 1 as never }),
      "io/argument",
      "x: tensor 'a' is of type number; a Tensor is accepted",
    );
    using wide = fromBytes(new Uint8Array(16), [], "complex128");
    expectRefusal(() => saveSafetensors(at("x"), { wide }), "io/dtype", "tensor 'wide' is complex128");
    const gone = fromBytes(new Uint8Array(1), [], "bool");
    gone.dispose();
    expectRefusal(
      () => saveSafetensors(at("x"), { gone }),
      "io/argument",
      "x: tensor 'gone' has been disposed of",
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a file that fails half-way leaves no tensor alive", () => {
    const bytes = Buffer.from(fixture("dtypes.safetensors"));
    bytes[bytes.length - 1] = 9;
    writeFileSync(at("x"), bytes);
    expectRefusal(() => loadSafetensors(at("x")), "io/format", "x: tensor '");
  });

  test("another device", () => {
    const before = liveTensors();
    scope(() => {
      // `meta` keeps no data, so every machine has it; nothing of the copy on the CPU may stay.
      const loaded = loadSafetensors(python("names.safetensors"), { device: "meta" });
      expect(loaded["0"]!.device).toBe("meta");
      expect(liveTensors() - before).toBe(5);
    });
    expect(() => loadSafetensors(python("names.safetensors"), { device: "abacus" })).toThrow(/abacus/);
  });
});

describe("NumPy", () => {
  test(
    "arrays that Python wrote",
    scoped(() => {
      for (const name of ["f4.npy", "fortran.npy", "big-c16.npy", "u4.npy", "scalar.npy", "empty.npy"]) {
        expect(facts(loadNpy(python(name)))).toEqual(manifest.files[name]!.array);
      }
      for (const name of ["stored.npz", "deflated.npz"]) {
        expect(allFacts(loadNpz(python(name)))).toEqual(asMap(manifest.files[name]!.arrays));
      }
    }),
  );

  test(
    "saved bytes are Python's",
    scoped(() => {
      saveNpy(at("x.npy"), loadNpy(python("f4.npy")));
      expect(readFileSync(at("x.npy")).equals(fixture("f4.npy"))).toBe(true);
    }),
  );

  test(
    "any tensor, saved and loaded in every format that has its dtype",
    scoped(() => {
      const some = rawTensors(dtypes.filter((dtype) => dtype !== "bfloat16" && dtype !== "complex128"));
      fc.assert(
        fc.property(some, (raw) => {
          scope(() => {
            const tensor = make(raw);
            saveNpy(at("x"), tensor);
            expect(facts(loadNpy(at("x")))).toEqual(facts(tensor));
            saveNpz(at("y"), { x: tensor }, { compress: true });
            expect(facts(loadNpz(at("y")).x!)).toEqual(facts(tensor));
            saveSafetensors(at("z"), { x: tensor });
            expect(facts(loadSafetensors(at("z")).x!)).toEqual(facts(tensor));
          });
        }),
        { numRuns: 60 },
      );
    }),
  );

  test("what is no tensor, and limits", () => {
    expectRefusal(
      () => saveNpy(at("x"), [1] as never),
      "io/argument",
      "x: the second argument is of type object",
    );
    expectRefusal(() => saveNpz(at("x"), { a: null as never }), "io/argument", "tensor 'a' is of type null");
    expectRefusal(() => loadNpz(python("deflated.npz"), { maxBytes: 100 }), "io/limit", "raise maxBytes");
    expectRefusal(() => loadNpy(at("none")), "io/open", "no such file");
  });
});

describe("PyTorch checkpoints", () => {
  test(
    "a state dict, wherever it stands",
    scoped(() => {
      for (const name of [
        "state.pt",
        "nested.pt",
        "model-key.pt",
        "dtypes2.pt",
        "dtypes5.pt",
        "big.pt",
        "views.pt",
      ]) {
        expect(allFacts(loadPtStateDict(python(name)))).toEqual(asMap(manifest.files[name]!.state));
      }
      const keyed = loadPtStateDict(python("nested.pt"), { key: "state_dict" });
      expect(keyed["0.weight"]?.requiresGrad).toBe(false);
    }),
  );

  test(
    "a whole checkpoint, with an optimizer's integer keys",
    scoped(() => {
      const tree = loadPt(python("nested.pt")) as PtDict<Tensor>;
      expect(tree.epoch).toBe(3);
      const { state, param_groups: groups } = tree.optimizer as PtDict<Tensor>;
      const first = (state as ReadonlyMap<number, PtDict<Tensor>>).get(0)!;
      expect((first.exp_avg as Tensor).shape).toEqual([2, 3]);
      expect((first.step as Tensor).item()).toBe(1);
      expect((groups as PtDict<Tensor>[])[0]!.lr).toBe(0.01);
    }),
  );

  test(
    "one tensor under two names stays one",
    scoped(() => {
      const views = loadPtStateDict(python("views.pt"));
      expect(views.base).toBe(views.same);
      expect(views.base).toBeInstanceOf(Tensor);
    }),
  );

  test(
    "a state dict in a file of either kind, by its ending",
    scoped(() => {
      const state = loadStateDictFile(python("nested.pt"), { key: "state_dict" });
      expect(allFacts(state)).toEqual(allFacts(loadPtStateDict(python("nested.pt"))));
      saveSafetensors(at("state.SafeTensors"), state);
      expect(allFacts(loadStateDictFile(at("state.SafeTensors")))).toEqual(allFacts(state));
      expectRefusal(
        () => loadStateDictFile(at("state.SafeTensors"), { key: "model" }),
        "io/argument",
        "state.SafeTensors: a safetensors file is one state dict, and has no key 'model'",
      );
      expectRefusal(
        () => loadStateDictFile(at("model.onnx")),
        "io/argument",
        "model.onnx: its ending is '.onnx'; accepted: .safetensors, .pt, .pth",
      );
      expectRefusal(() => loadStateDictFile(3 as never), "io/argument", "the path is of type number");
    }),
  );

  test("refusals leave no tensor alive", () => {
    expectRefusal(
      () => loadPt(python("evil.pt")),
      "io/unsafe",
      "evil.pt: its pickle asks for 'posix.system'",
    );
    expectRefusal(() => loadPt(python("views.pt"), { maxBytes: 10 }), "io/limit", "raise maxBytes");
    const damaged = Buffer.from(fixture("state.pt"));
    const name = damaged.indexOf("state/data/0");
    damaged[name + damaged.readUInt16LE(name - 4) + damaged.readUInt16LE(name - 2)]! ^= 1;
    writeFileSync(at("x.pt"), damaged);
    expectRefusal(() => loadPtStateDict(at("x.pt")), "io/format", "checksum");
    expectRefusal(
      () => loadPtStateDict(python("state.pt"), { key: "model" }),
      "io/missing",
      "no dict under the key 'model'",
    );
  });
});
