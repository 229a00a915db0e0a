// What a file holds are a tensor's elements, row by row, however they lie in memory: for each format, dtype and kind of view.
import { statSync } from "node:fs";
import { join } from "node:path";
import {
  type DType,
  dtypes,
  io,
  isComplex,
  isFloatingPoint,
  itemSize,
  slice,
  type Tensor,
  tensor,
} from "@throughline/torch";
import { describe, expect } from "vitest";
import "@throughline/testing/close";
import { fileFolder } from "@throughline/testing/folders";
import { checkLeaks } from "@throughline/testing/leaks";
import { scoped } from "@throughline/testing/scoped";

checkLeaks();

const folder = fileFolder();
const exact = { rtol: 0, atol: 0 };

type Tensors = Record<string, Tensor>;
/** A way through a file, and the dtype it has no name for. */
interface Format {
  readonly pass: (tensors: Tensors) => Tensors;
  readonly lacks: DType;
}
const at = (name: string): string => join(folder, name);
const formats: Record<string, Format> = {
  npy: {
    pass: (tensors) =>
      Object.fromEntries(
        Object.entries(tensors).map(([name, x]) => {
          io.saveNpy(at("x.npy"), x);
          return [name, io.loadNpy(at("x.npy"))];
        }),
      ),
    lacks: "bfloat16",
  },
  npz: {
    pass: (tensors) => {
      io.saveNpz(at("x.npz"), tensors);
      return io.loadNpz(at("x.npz"));
    },
    lacks: "bfloat16",
  },
  "npz, deflated": {
    pass: (tensors) => {
      io.saveNpz(at("y.npz"), tensors, { compress: true });
      using file = io.openNpz(at("y.npz"));
      return Object.fromEntries(file.names.map((name) => [name, file.get(name)]));
    },
    lacks: "bfloat16",
  },
  safetensors: {
    pass: (tensors) => {
      io.saveSafetensors(at("x.safetensors"), tensors);
      using file = io.openSafetensors(at("x.safetensors"));
      for (const [name, { dtype, shape }] of Object.entries(tensors)) {
        expect(file.info(name)).toEqual({ dtype, shape });
      }
      return Object.fromEntries(file.names.map((name) => [name, file.get(name)]));
    },
    lacks: "complex128",
  },
};

/** [4, 6] of a dtype: 0, 1, 2 … less 12; bools alternate. */
const table = (dtype: DType): Tensor => {
  const rows = Array.from({ length: 4 }, (_, r) => Array.from({ length: 6 }, (_, c) => 6 * r + c));
  if (dtype === "bool") return tensor(rows.map((row) => row.map((value) => value % 3 === 0)));
  const shift = dtype === "uint8" ? 0 : 12;
  return tensor(rows, { dtype: "float64" }).sub(shift).to(dtype);
};

const views: Record<string, (x: Tensor) => Tensor> = {
  whole: (x) => x,
  transposed: (x) => x.t(),
  "every other row, from the second": (x) => x.at(slice(1, null, 2)),
  "a block in the middle": (x) => x.narrow(0, 1, 2).narrow(1, 2, 3),
  "a column": (x) => x.select(1, 5),
  "one element": (x) => x.select(0, 2).select(0, 3),
  "nothing, of a shape": (x) => x.narrow(1, 6, 0),
  "a row repeated by a stride of 0": (x) => x.narrow(0, 1, 1).expand([5, 6]),
  "three dimensions in another order": (x) => x.reshape([2, 3, 4]).permute([2, 0, 1]),
  diagonal: (x) => x.diagonal(),
};

for (const [format, { pass: passAll, lacks }] of Object.entries(formats)) {
  const pass = (x: Tensor): Tensor => passAll({ x }).x!;
  describe(format, () => {
    for (const [name, view] of Object.entries(views)) {
      scoped(`${name}, of every dtype`, () => {
        const kinds = dtypes.filter((dtype) => dtype !== lacks);
        const given = Object.fromEntries(kinds.map((dtype) => [dtype, view(table(dtype))]));
        const loaded = passAll(given);
        expect(Object.keys(loaded).sort()).toEqual([...kinds].sort());
        for (const [dtype, x] of Object.entries(given)) {
          const back = loaded[dtype]!;
          expect([back.dtype, back.shape, back.isContiguous()]).toEqual([dtype, x.shape, true]);
          expect(back, dtype).toBeClose(x, exact);
        }
      });
    }

    scoped(`${lacks} is refused by name, and leaves what was there`, () => {
      const before = pass(table("float32"));
      expect(() => pass(table(lacks))).toThrow(
        expect.objectContaining({ code: "io/dtype", message: expect.stringContaining(lacks) }),
      );
      expect(before).toBeClose(table("float32"), exact);
    });

    scoped("numbers at the edge: infinities, NaN, −0, the least and the greatest", () => {
      const edges = [
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        Number.NaN,
        -0,
        5e-324,
        Number.MAX_VALUE,
      ];
      const x = tensor(edges, { dtype: "float64" });
      expect(Buffer.from(pass(x).toBytes())).toEqual(Buffer.from(x.toBytes()));
      const whole = tensor([-(2n ** 63n), 2n ** 63n - 1n, 0n], { dtype: "int64" });
      expect(Buffer.from(pass(whole).toBytes())).toEqual(Buffer.from(whole.toBytes()));
    });

    scoped("a parameter comes back as a plain tensor outside any graph", () => {
      const leaf = table("float32").requiresGrad_();
      for (const x of [leaf, leaf.mul(2)]) {
        const back = pass(x);
        expect([back.requiresGrad, back.isLeaf]).toEqual([false, true]);
        expect(back).toBeClose(x.detach(), exact);
      }
    });

    scoped("what is conjugated or negated lazily is written as the numbers it stands for", () => {
      const z = table("complex64").add(tensor({ re: 0, im: 3 }, { dtype: "complex64" }));
      const conjugate = z.conj();
      const rows = z.toArray() as unknown as { re: number; im: number }[][];
      const known = rows.map((row) => row.map(({ re, im }) => ({ re, im: -im })));
      expect(pass(conjugate)).toBeClose(known, exact);
    });
  });
}

describe("size of a file", () => {
  scoped("counts the view's elements, not its storage's", () => {
    for (const dtype of dtypes.filter((dtype) => isFloatingPoint(dtype) && dtype !== "bfloat16")) {
      const narrow = table(dtype).narrow(0, 0, 1);
      io.saveNpy(at("narrow.npy"), narrow);
      expect(statSync(at("narrow.npy")).size, dtype).toBe(128 + 6 * itemSize(dtype));
      io.saveNpy(at("wide.npy"), narrow.expand([9, 6]));
      expect(statSync(at("wide.npy")).size, dtype).toBe(128 + 54 * itemSize(dtype));
    }
    expect(dtypes.filter(isComplex)).toEqual(["complex64", "complex128"]);
  });
});

describe("from one format to the next", () => {
  scoped("a checkpoint of PyTorch's stays the same through all of them", () => {
    const path = join(import.meta.dirname, "fixtures/state.pt");
    const state = io.loadPtStateDict(path);
    io.saveSafetensors(at("state.safetensors"), state);
    const second = io.loadSafetensors(at("state.safetensors"));
    io.saveNpz(at("state.npz"), second);
    const third = io.loadNpz(at("state.npz"));
    expect(Object.keys(third)).toEqual(Object.keys(second));
    for (const [name, value] of Object.entries(state)) expect(third[name], name).toBeClose(value, exact);
    expect(Object.keys(io.loadStateDictFile(at("state.safetensors")))).toHaveLength(
      Object.keys(state).length,
    );
  });
});
