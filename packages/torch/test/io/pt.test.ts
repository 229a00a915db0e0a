import { describe, expect, test } from "vitest";
import { PtReader } from "../../src/io/pt/read.js";
import type { PtDict, PtValue } from "../../src/io/pt/value.js";
import type { RawTensor } from "../../src/io/raw.js";
import { zipChunks } from "../../src/io/zip/write.js";
import { expectRefusal, facts, fixture, source } from "./helpers.js";
import { checkpoint, floats, ints, p, pickle, storage, tensor } from "./pickle.js";

const open = (bytes: Uint8Array, maxBytes?: number): PtReader => new PtReader(source(bytes), maxBytes);
const tree = (bytes: Uint8Array): PtValue => open(bytes).tree((raw) => raw);
const load = (...parts: Uint8Array[]): PtValue => tree(checkpoint(pickle(...parts)));

describe("plain Python values", () => {
  for (const protocol of [2, 4, 5]) {
    test(`protocol ${protocol}`, () => {
      const { shared, ...plain } = tree(fixture(`plain${protocol}.pt`)) as PtDict;
      expect(plain).toEqual({
        none: null,
        yes: true,
        no: false,
        int: -7,
        big: 2n ** 70n,
        "negative big": -(2n ** 70n),
        edge: Number.MAX_SAFE_INTEGER,
        float: 0.1,
        inf: Number.POSITIVE_INFINITY,
        text: "héllo ✓",
        bytes: Uint8Array.of(0, 255),
        nothing: Uint8Array.of(),
        bytearray: Uint8Array.of(97, 98),
        list: [1, [2, []]],
        tuple: [1, 2, 3, 4],
        pair: [1, "x"],
        set: new Set([3]),
        frozenset: new Set([4]),
        complex: { kind: "complex", re: 1, im: -2 },
        size: [2, 3],
        device: { kind: "device", name: "cuda:1" },
        cpu: { kind: "device", name: "cpu" },
        dtype: { kind: "dtype", name: "bfloat16" },
        ordered: { a: 1 },
        counter: { a: 2, b: 1 },
        ints: new Map([
          [1, "a"],
          [2, "b"],
        ]),
        mixed: new Map<PtValue, PtValue>([
          ["a", 1],
          [[0, 1], 2],
          [null, 3],
        ]),
        ["__proto__"]: "safe",
      });
      expect(Object.hasOwn(plain, "__proto__")).toBe(true);
      const [first, second] = shared as PtValue[];
      expect(first).toBe(second);
    });
  }

  test("a dict has no prototype, and the last of two equal keys counts", () => {
    const dict = load(
      p.emptyDict,
      p.text("a"),
      p.int(1),
      p.setItem,
      p.text("a"),
      p.int(2),
      p.setItem,
    ) as PtDict;
    expect(Object.getPrototypeOf(dict)).toBe(null);
    expect("toString" in dict).toBe(false);
    expect(dict.a).toBe(2);
  });

  test("instructions that torch.save rarely writes", () => {
    const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
    expect(load(hex("8a00"))).toBe(0);
    expect(load(hex("8a02 00ff"))).toBe(-256);
    expect(load(hex("8b01000000 80"))).toBe(-128);
    expect(load(hex("4dffff"))).toBe(65535);
    expect(load(hex("28 4b01 31 4e"))).toBe(null);
    expect(load(hex("4b01 32 86"))).toEqual([1, 1]);
    expect(load(hex("4b01 28 30"))).toBe(1);
    expect(load(hex("4b01 4b02 30"))).toBe(1);
    expect(load(hex("4b01 4b02 4b03 87"))).toEqual([1, 2, 3]);
    expect(load(hex("28 4b01 4b02 91"))).toEqual(new Set([1, 2]));
    expect(load(hex("8f 28 4b01 90"))).toEqual(new Set([1]));
    expect(load(hex("8d 0100000000000000 61"))).toBe("a");
    expect(load(hex("42 01000000 61"))).toEqual(Uint8Array.of(97));
    expect(load(hex("4301 61"))).toEqual(Uint8Array.of(97));
    expect(load(hex("8e 0100000000000000 61"))).toEqual(Uint8Array.of(97));
    expect(load(hex("4b07 7201010000 30 6a01010000"))).toBe(7);
    expect(load(p.global("collections", "OrderedDict"), p.emptyTuple, p.emptyDict, hex("92"))).toEqual({});
    expect(load(p.global("builtins", "set"), p.emptyTuple, hex("81"))).toEqual(new Set());
  });

  test("an OrderedDict of pairs, and attributes on it", () => {
    const pairs = [p.emptyList, p.text("a"), p.int(1), p.tuple2, p.append, p.tuple1, p.reduce];
    expect(load(p.global("collections", "OrderedDict"), ...pairs, p.emptyDict, p.build)).toEqual({ a: 1 });
  });
});

describe("tensors", () => {
  const data = { "data/0": floats(0, 1, 2, 3, 4, 5) };
  const read = (offset: number, shape: number[], strides: number[]) =>
    tree(checkpoint(pickle(tensor(storage(6), offset, shape, strides)), data)) as RawTensor;
  const values = (raw: RawTensor) => [...new Float32Array(Uint8Array.from(raw.bytes).buffer)];

  test("views of one storage: whole, transposed, offset, every other, repeated, scalar, empty", () => {
    expect(values(read(0, [2, 3], [3, 1]))).toEqual([0, 1, 2, 3, 4, 5]);
    expect(values(read(0, [3, 2], [1, 3]))).toEqual([0, 3, 1, 4, 2, 5]);
    expect(values(read(2, [2], [1]))).toEqual([2, 3]);
    expect(values(read(1, [3], [2]))).toEqual([1, 3, 5]);
    expect(values(read(5, [2, 2], [0, 0]))).toEqual([5, 5, 5, 5]);
    expect(values(read(4, [], []))).toEqual([4]);
    expect(values(read(6, [0, 7], [7, 1]))).toEqual([]);
  });

  test("one tensor in two places is one value, made once", () => {
    let made = 0;
    const twice = checkpoint(pickle(tensor(storage(6), 0, [6], [1]), p.put(0), p.get(0), p.tuple2), data);
    const [a, b] = open(twice).tree(() => ({ id: made++ })) as { id: number }[];
    expect(a).toBe(b);
    expect(made).toBe(1);
  });

  test("views.pt shares what it shared in Python", () => {
    const views = tree(fixture("views.pt")) as PtDict;
    expect(views.base).toBe(views.same);
    expect(facts(views.base as RawTensor).shape).toEqual([2, 3, 4]);
  });

  test("reaching beyond the storage", () => {
    const text = (offset: number, shape: string, strides: string) =>
      `a tensor of shape [${shape}], strides [${strides}] and offset ${offset} reaches beyond its storage of 6 elements`;
    expectRefusal(() => read(1, [6], [1]), "io/format", text(1, "6", "1"));
    expectRefusal(() => read(0, [3, 2], [3, 1]), "io/format", text(0, "3,2", "3,1"));
    expectRefusal(() => read(7, [], []), "io/format", text(7, "", ""));
    expectRefusal(
      () => read(0, [2, 2, 2], [2 ** 31 - 1, 2 ** 31 - 1, 1]),
      "io/format",
      "reaches beyond its storage",
    );
  });

  test("malformed descriptions", () => {
    const malformed = "its pickle describes a tensor with malformed arguments";
    expectRefusal(() => read(-1, [1], [1]), "io/format", malformed);
    expectRefusal(() => read(0, [-1], [1]), "io/format", malformed);
    expectRefusal(() => read(0, [1], [-1]), "io/format", malformed);
    expectRefusal(() => read(0, [1, 1], [1]), "io/format", malformed);
    expectRefusal(() => read(0, Array(65).fill(1), Array(65).fill(1)), "io/format", malformed);
    const call =
      (name: string, ...args: Buffer[]) =>
      () =>
        load(p.global("torch._utils", name), p.mark, ...args, p.tuple, p.reduce);
    expectRefusal(call("_rebuild_tensor_v2"), "io/format", malformed);
    expectRefusal(call("_rebuild_tensor_v3", p.none), "io/format", malformed);
    expectRefusal(call("_rebuild_parameter", p.none), "io/format", malformed);
    const untyped = Buffer.concat([
      p.mark,
      p.text("storage"),
      p.global("torch.storage", "UntypedStorage"),
      p.text("0"),
      p.text("cpu"),
      p.int(24),
      p.tuple,
      p.persistent,
    ]);
    expectRefusal(() => tree(checkpoint(pickle(tensor(untyped, 0, [1], [1])), data)), "io/format", malformed);
  });

  test("a small file that describes enormous tensors", () => {
    expectRefusal(
      () => read(0, [2 ** 31 - 1, 1000], [0, 0]),
      "io/limit",
      "take more bytes than the limit for this file; raise maxBytes",
    );
    expectRefusal(() => read(0, [2 ** 31 - 1, 2 ** 31 - 1], [0, 0]), "io/format", "is too large to address");
    const whole = tensor(storage(6), 0, [6], [1]);
    const many = checkpoint(pickle(whole, whole, p.tuple2), data);
    expect(() => open(many, 48)).not.toThrow();
    expectRefusal(() => open(many, 47), "io/limit", "raise maxBytes");
  });

  test("a limit that is none", () => {
    expectRefusal(
      () => open(checkpoint(pickle(p.none)), Number.NaN),
      "io/argument",
      "maxBytes is NaN; a number of bytes from 0",
    );
  });

  test("storages that are not there, of another size, damaged, or not storages", () => {
    const one =
      (from: Buffer, records: Record<string, Uint8Array> = data) =>
      () =>
        tree(checkpoint(pickle(tensor(from, 0, [1], [1])), records));
    expectRefusal(
      one(storage(6), {}),
      "io/format",
      "storage '0' is announced with 24 bytes, but the archive holds none",
    );
    expectRefusal(
      one(storage(7)),
      "io/format",
      "storage '0' is announced with 28 bytes, but the archive holds 24",
    );
    expectRefusal(one(storage(-6)), "io/format", "is announced with -24 bytes");
    expectRefusal(one(storage(6, { key: "../data.pkl" })), "io/format", "storage '../data.pkl'");
    expectRefusal(one(storage(6, { type: "float32" })), "io/format", "a persistent id that is not a storage");
    expectRefusal(() => load(p.int(1), p.persistent), "io/format", "a persistent id that is not a storage");
    expectRefusal(one(storage(6, { type: "QInt8Storage" })), "io/unsafe", "'torch.QInt8Storage'");
    const bools = checkpoint(pickle(tensor(storage(1, { type: "BoolStorage" }), 0, [1], [1])), {
      "data/0": Uint8Array.of(7),
    });
    expectRefusal(() => tree(bools), "io/format", "storage '0': element 0 of a bool array is the byte 7");
    const damaged = checkpoint(pickle(tensor(storage(6), 0, [6], [1])), data);
    damaged[damaged.indexOf(Buffer.from(data["data/0"]))]! ^= 1;
    expectRefusal(() => tree(damaged), "io/format", "entry 'archive/data/0': its checksum is");
  });

  test("a dtype that has no name here", () => {
    const dtype = p.global("torch", "float8_e5m2");
    const args = [p.mark, storage(6), p.int(0), ints([6]), ints([1]), p.false, p.none, dtype, p.tuple];
    const eighth = Buffer.concat([p.global("torch._utils", "_rebuild_tensor_v3"), ...args, p.reduce]);
    expectRefusal(
      () => tree(checkpoint(pickle(eighth), data)),
      "io/dtype",
      "holds a tensor of dtype float8_e5m2, which is not supported; cast it",
    );
  });

  test("lazily negated and conjugated tensors, as the numbers they stand for", () => {
    const lazy = (...names: string[]): Buffer =>
      Buffer.concat([p.emptyDict, ...names.flatMap((name) => [p.text(name), p.true, p.setItem])]);
    const read = (type: string, ...names: string[]): number[] => {
      const bytes = Buffer.from(Float32Array.from([1, -2, 3, -4]).buffer);
      const count = type === "FloatStorage" ? 4 : 2;
      const view = [
        p.mark,
        storage(count, { type }),
        p.int(0),
        ints([count]),
        ints([1]),
        p.false,
        p.none,
        lazy(...names),
        p.tuple,
      ];
      const built = Buffer.concat([p.global("torch._utils", "_rebuild_tensor_v2"), ...view, p.reduce]);
      const raw = tree(checkpoint(pickle(built), { "data/0": bytes })) as RawTensor;
      return Array.from(new Float32Array(raw.bytes.slice().buffer));
    };
    expect(read("FloatStorage", "neg")).toEqual([-1, 2, -3, 4]);
    expect(read("ComplexFloatStorage", "conj")).toEqual([1, 2, 3, 4]);
    expect(read("ComplexFloatStorage", "neg")).toEqual([-1, 2, -3, 4]);
    expect(read("ComplexFloatStorage", "conj", "neg")).toEqual([-1, -2, -3, -4]);
    expectRefusal(() => read("FloatStorage", "conj"), "io/format", "a tensor with malformed arguments");
    expectRefusal(() => read("FloatStorage", "zero"), "io/dtype", "the property 'zero'");
  });

  test("an nn.Buffer, which is a tensor with attributes", () => {
    // What torch.save writes for torch.nn.Buffer(torch.tensor([…])): its class, what makes its tensor, and its __dict__.
    const plain = tensor(storage(6), 0, [2, 3], [3, 1]);
    const args = plain.subarray(plain.indexOf("("), plain.length - 1);
    const state = [p.emptyDict, p.text("persistent"), p.true, p.setItem];
    const buffer = (type: Buffer, func: Buffer): Buffer =>
      Buffer.concat([
        p.global("torch._tensor", "_rebuild_from_type_v2"),
        ...[p.mark, func, type, args, ...state, p.tuple, p.reduce],
      ]);
    const rebuild = p.global("torch._utils", "_rebuild_tensor_v2");
    for (const type of [p.global("torch.nn.parameter", "Buffer"), p.global("torch", "Tensor")]) {
      expect(tree(checkpoint(pickle(buffer(type, rebuild)), data))).toEqual(
        tree(checkpoint(pickle(plain), data)),
      );
    }
    for (const wrong of [
      buffer(p.global("collections", "OrderedDict"), rebuild),
      buffer(p.global("torch", "Tensor"), p.global("collections", "OrderedDict")),
    ]) {
      expectRefusal(
        () => tree(checkpoint(pickle(wrong), data)),
        "io/format",
        "a tensor with malformed arguments",
      );
    }
  });

  test("scalars of NumPy are numbers", () => {
    for (const protocol of [2, 5]) {
      expect(tree(fixture(`numpy-scalars${protocol}.pt`))).toEqual(
        Object.assign(Object.create(null), {
          f8: 0.1,
          f4: 0.5,
          f2: -1.5,
          i8: -(2n ** 62n),
          i4: -7,
          u2: 65535,
          u4: 2 ** 32 - 1,
          u1: 200,
          b1: true,
          c16: { kind: "complex", re: 1, im: -2 },
        }),
      );
    }
  });
});

describe("state dicts", () => {
  const names = [
    "0.weight",
    "0.bias",
    "1.weight",
    "1.bias",
    "1.running_mean",
    "1.running_var",
    "1.num_batches_tracked",
  ];

  test("the file itself, or under its usual keys", () => {
    for (const name of ["state.pt", "nested.pt", "model-key.pt"]) {
      expect([
        ...open(fixture(name))
          .stateDict((raw) => raw)
          .keys(),
      ]).toEqual(names);
    }
    expect([
      ...open(fixture("model-key.pt"))
        .stateDict((raw) => raw, "model")
        .keys(),
    ]).toEqual(names);
  });

  test("only what is asked for is read", () => {
    let made = 0;
    open(fixture("nested.pt")).stateDict(() => made++);
    expect(made).toBe(names.length);
  });

  test("an empty dict is an empty state dict", () => {
    expect(open(checkpoint(pickle(p.emptyDict))).stateDict((raw) => raw).size).toBe(0);
  });

  test("no state dict there", () => {
    const nested = open(fixture("nested.pt"));
    expectRefusal(
      () => nested.stateDict((raw) => raw, "weights"),
      "io/missing",
      "has no dict under the key 'weights'; its keys are 'epoch', 'state_dict', 'optimizer'",
    );
    expectRefusal(
      () => nested.stateDict((raw) => raw, "optimizer"),
      "io/format",
      "the key 'optimizer' is not a state dict: 2 of its 2 values are not tensors ('state', 'param_groups')",
    );
    expectRefusal(
      () => open(fixture("plain2.pt")).stateDict((raw) => raw),
      "io/format",
      "the file is not a state dict: 29 of its 29 values",
    );
    expectRefusal(
      () => open(checkpoint(pickle(p.none))).stateDict((raw) => raw),
      "io/format",
      "holds no dict, so there is no state dict in it",
    );
    const keyed = checkpoint(pickle(p.emptyDict, p.int(1), p.int(2), p.setItem));
    expectRefusal(
      () => open(keyed).stateDict((raw) => raw),
      "io/format",
      "are not tensors ('a key of type number')",
    );
  });
});

describe("archives that are no checkpoints", () => {
  const archive = (names: string[]) =>
    Buffer.concat([...zipChunks(names.map((name) => ({ name, chunks: [] })))]);

  test("other formats", () => {
    expectRefusal(
      () => tree(Buffer.of(1, 2)),
      "io/truncated",
      "the file has 2 bytes; a checkpoint is a zip archive",
    );
    expectRefusal(
      () => tree(fixture("legacy.pt")),
      "io/format",
      "is in the format torch.save had before PyTorch 1.6; load it there",
    );
    expectRefusal(
      () => tree(fixture("f4.npy")),
      "io/format",
      "is not a zip archive, as checkpoints of torch.save have been since",
    );
    expectRefusal(
      () => tree(fixture("script.pt")),
      "io/format",
      "is a TorchScript archive, which holds code; save module.state_dict()",
    );
    expectRefusal(
      () => tree(fixture("stored.npz")),
      "io/format",
      "is a zip archive with 0 data.pkl records; a checkpoint of torch.save has one",
    );
    expectRefusal(() => tree(archive(["a/data.pkl", "b/data.pkl"])), "io/format", "with 2 data.pkl records");
  });

  test("an unknown byte order", () => {
    expectRefusal(
      () => tree(checkpoint(pickle(p.none), { byteorder: "middle" })),
      "io/format",
      "has the byte order 'middle'; 'little' and 'big'",
    );
    expectRefusal(
      () => tree(checkpoint(pickle(p.none), { byteorder: "x".repeat(17) })),
      "io/format",
      "has the byte order ''",
    );
  });
});
