import { describe, expect, test } from "vitest";
import { PtReader } from "../../src/io/pt/read.js";
import type { PtValue } from "../../src/io/pt/value.js";
import { expectRefusal, source } from "./helpers.js";
import { checkpoint, p, pickle, storage } from "./pickle.js";

const read = (data: Uint8Array): PtValue => new PtReader(source(checkpoint(data))).tree((raw) => raw);
const load = (...parts: Uint8Array[]): PtValue => read(pickle(...parts));
const hex = (text: string): Buffer => Buffer.from(text, "hex");
const repeat = (part: Uint8Array, times: number): Buffer =>
  Buffer.concat(Array.from({ length: times }, () => part));
const call = (module: string, name: string, ...args: Uint8Array[]): Buffer =>
  Buffer.concat([p.global(module, name), p.mark, ...args, p.tuple, p.reduce]);

describe("code in a pickle is refused by name and never run", () => {
  const dangerous = [
    ["os", "system"],
    ["posix", "system"],
    ["builtins", "eval"],
    ["builtins", "getattr"],
    ["__builtin__", "exec"],
    ["subprocess", "Popen"],
    ["torch.storage", "_load_from_bytes"],
    ["torch", "load"],
    ["torch._utils", "_rebuild_device_tensor_from_numpy"],
    ["numpy.core.multiarray", "fromfile"],
    ["collections", "defaultdict"],
    ["__proto__", "x"],
    ["", "constructor"],
  ] as const;
  for (const [module, name] of dangerous) {
    test(`${module}.${name}`, () => {
      const text = `its pickle asks for '${module}.${name}', which is not on the list of harmless names`;
      expectRefusal(() => load(call(module, name, p.text("x"))), "io/unsafe", text);
      expectRefusal(() => load(p.text(module), p.text(name), hex("93")), "io/unsafe", text);
    });
  }

  test("names are printed without their control characters", () => {
    expectRefusal(
      () => load(p.text("a\u001b[31m"), p.text("b\n"), hex("93")),
      "io/unsafe",
      "'a\\u001b[31m.b\\n'",
    );
  });

  test("a name on the list is not always something to call", () => {
    expectRefusal(
      () => load(call("torch", "FloatStorage")),
      "io/unsafe",
      "its pickle calls 'torch.FloatStorage', which is accepted as a name only",
    );
    expectRefusal(() => load(call("torch", "float32")), "io/format", "calls something that is not a global");
    for (const type of ["numpy.ndarray", "torch.nn.parameter.Buffer", "torch.Tensor"]) {
      const [, module = "", name = ""] = /(.*)\.(.*)/.exec(type) ?? [];
      expectRefusal(
        () => load(call(module, name)),
        "io/unsafe",
        `calls '${type}', which is accepted as a name only`,
      );
    }
  });

  test("state on an object", () => {
    expectRefusal(
      () => load(p.emptyList, p.emptyDict, p.build),
      "io/unsafe",
      "its pickle sets the state of an object that is not a dict",
    );
  });
});

describe("malformed calls", () => {
  const bad: [module: string, name: string, ...args: Uint8Array[]][] = [
    ["builtins", "set", p.int(1)],
    ["builtins", "frozenset", p.emptyList, p.emptyList],
    ["builtins", "bytes", p.int(2 ** 30)],
    ["builtins", "bytearray", p.int(2 ** 30)],
    ["builtins", "complex", p.text("1")],
    ["collections", "OrderedDict", p.int(1)],
    ["collections", "OrderedDict", p.emptyList, p.emptyList],
    ["collections", "Counter", p.text("aab")],
    ["_codecs", "encode", p.text("x"), p.text("rot13")],
    ["_codecs", "encode", p.text("✓"), p.text("latin1")],
    ["_codecs", "encode", p.int(1), p.text("latin1")],
    ["torch", "Size", p.int(1)],
    ["torch", "device", p.int(1)],
    ["torch", "device", p.text("cuda"), p.none],
  ];
  for (const [module, name, ...args] of bad) {
    const text = new RegExp(`its pickle calls '(${module}\\.)?${name}' with unexpected arguments`);
    test(`${module}.${name} of ${args.length}`, () =>
      expectRefusal(() => load(call(module, name, ...args)), "io/format", text));
  }

  test("things that are not callable, arguments that are no tuple, keywords", () => {
    expectRefusal(
      () => load(p.int(1), p.emptyTuple, p.reduce),
      "io/format",
      "calls something that is not a global with a tuple",
    );
    expectRefusal(
      () => load(p.global("builtins", "set"), p.emptyList, p.reduce),
      "io/format",
      "calls something that is not a global",
    );
    const keywords = [p.emptyDict, p.text("k"), p.int(1), p.setItem, hex("92")];
    expectRefusal(
      () => load(p.global("builtins", "set"), p.emptyTuple, ...keywords),
      "io/format",
      "calls a global with keyword arguments",
    );
  });
});

describe("malformed pickles", () => {
  const cases: [what: string, data: Buffer, code: string, text: string][] = [
    [
      "nothing",
      Buffer.alloc(0),
      "io/truncated",
      "its pickle ends at byte 0, within an instruction at byte 0",
    ],
    [
      "protocol 0",
      Buffer.from("(lp0\n."),
      "io/format",
      "its pickle is of protocol 0 or 1; 2 to 5 are accepted",
    ],
    ["protocol 6", hex("80064e2e"), "io/format", "its pickle is of protocol 6; 2 to 5"],
    ["no end", hex("80024e"), "io/truncated", "its pickle ends at byte 3"],
    ["an empty stack at the end", hex("80022e"), "io/format", "takes from an empty stack"],
    ["bytes after the end", hex("80024e2e00"), "io/format", "its pickle stops 1 bytes before its end"],
    [
      "an unknown instruction",
      hex("8002ff2e"),
      "io/format",
      "has the instruction 0xff (unknown) at byte 2, which torch.save does not write",
    ],
    [
      "INST",
      Buffer.from("\x80\x02(ios\nsystem\n.", "latin1"),
      "io/format",
      "the instruction 0x69 (INST) at byte 3",
    ],
    ["EXT1", hex("800282012e"), "io/format", "(EXT1)"],
    ["NEXT_BUFFER", hex("8005972e"), "io/format", "(NEXT_BUFFER)"],
    [
      "text beyond the end",
      hex("800258ffffffff2e"),
      "io/truncated",
      "its pickle ends at byte 8, within an instruction at byte 7",
    ],
    ["a huge 64-bit length", hex("80048dffffffffffffffff2e"), "io/truncated", "within an instruction"],
    ["broken text", hex("80028c01ff2e"), "io/format", "holds text that is not valid UTF-8, at byte 4"],
    [
      "a frame beyond the end",
      hex("800495ff000000000000004e2e"),
      "io/truncated",
      "announces a frame of 255 bytes, but 2 follow",
    ],
    [
      "an enormous integer",
      hex("80028b01040000"),
      "io/limit",
      "holds an integer of 1025 bytes; at most 1024",
    ],
    [
      "a global without end",
      Buffer.concat([hex("800263"), Buffer.alloc(2000, "a")]),
      "io/format",
      "holds an unterminated name, at byte 3",
    ],
    ["an unset memo", pickle(p.get(3)), "io/format", "refers to memo 3, which was never set"],
    ["a tuple without mark", pickle(p.tuple), "io/format", "takes from a mark that was never set"],
    ["a value below the mark", pickle(p.int(1), p.mark, p.append), "io/format", "takes from an empty stack"],
    [
      "APPEND to a dict",
      pickle(p.emptyDict, p.int(1), p.append),
      "io/format",
      "applies APPEND to something else",
    ],
    [
      "APPENDS to a tuple",
      pickle(p.emptyTuple, p.mark, hex("65")),
      "io/format",
      "applies APPENDS to something else",
    ],
    [
      "ADDITEMS to a list",
      pickle(p.emptyList, p.mark, hex("90")),
      "io/format",
      "applies ADDITEMS to something else",
    ],
    [
      "SETITEM on a list",
      pickle(p.emptyList, p.int(1), p.int(2), p.setItem),
      "io/format",
      "applies SETITEMS to something other than a dict",
    ],
    [
      "a key without value",
      pickle(p.emptyDict, p.mark, p.int(1), p.setItems),
      "io/format",
      "gives a dict a key without a value",
    ],
    [
      "a global named by a number",
      pickle(p.int(1), p.int(2), hex("93")),
      "io/format",
      "names a global by something other than text",
    ],
    [
      "a list as a key",
      pickle(p.emptyDict, p.emptyList, p.int(1), p.setItem),
      "io/format",
      "has a list, dict or set as a key",
    ],
    [
      "a global as a value",
      pickle(p.global("builtins", "set")),
      "io/format",
      "holds the global 'builtins.set' as a value",
    ],
    [
      "a list in itself",
      pickle(p.emptyList, p.put(0), p.get(0), p.append),
      "io/format",
      "holds a container that contains itself",
    ],
    [
      "201 lists in each other",
      pickle(repeat(p.emptyList, 202), repeat(p.append, 201)),
      "io/limit",
      "is nested more than 200 levels deep",
    ],
  ];
  for (const [what, data, code, text] of cases) {
    test(what, () => expectRefusal(() => read(data), code, text));
  }

  test("a storage outside a tensor", () => {
    const bytes = checkpoint(pickle(storage(1)), { "data/0": new Uint8Array(4) });
    const run = () => new PtReader(source(bytes)).tree((raw) => raw);
    expectRefusal(run, "io/format", "holds a storage outside a tensor, which has no counterpart here");
  });

  test("200 lists in each other are fine", () => {
    expect(load(repeat(p.emptyList, 201), repeat(p.append, 200))).toBeInstanceOf(Array);
  });
});

describe("small pickles that ask for much", () => {
  const frugally = (run: () => void): void => {
    const before = process.memoryUsage().rss;
    run();
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  };

  test("a list of the list before, twice, sixty times over", () => {
    // Written out as a tree this would have 2^60 leaves.
    const doubled = Array.from({ length: 60 }, (_, n) =>
      Buffer.concat([p.get(n), p.get(n), p.tuple2, p.put(n + 1)]),
    );
    frugally(() => expect(load(p.emptyTuple, p.put(0), ...doubled)).toBeInstanceOf(Array));
  });

  test("the same long text encoded again and again", () => {
    const encode = Buffer.concat([
      p.get(0),
      p.get(1),
      p.text("latin1"),
      p.tuple2,
      p.reduce,
      Buffer.from("0"),
    ]);
    const start = [p.global("_codecs", "encode"), p.put(0), p.text("x".repeat(1_000_000)), p.put(1)];
    frugally(() =>
      expectRefusal(
        () => load(...start, repeat(encode, 100_000)),
        "io/limit",
        "copies the same data again and again",
      ),
    );
  });

  test("a hundred thousand levels without a list in the way", () => {
    frugally(() =>
      expectRefusal(() => load(p.emptyTuple, repeat(p.tuple1, 100_000)), "io/limit", "200 levels"),
    );
  });

  // A file of 5 MB could make 5 million of each; what is refused has made a million at most.
  const many = 2_000_000;
  const floods: Record<string, [Buffer, RegExp]> = {
    lists: [repeat(p.emptyList, many), /more than a million lists/],
    "empty tuples": [repeat(p.emptyTuple, many), /more than a million lists/],
    dicts: [repeat(p.emptyDict, many), /more than a million lists/],
    "lists in lists": [
      Buffer.concat([repeat(p.emptyList, 900_000), repeat(p.append, 899_999)]),
      /nested more than 200 levels/,
    ],
    "tuples in tuples": [Buffer.concat([p.none, repeat(p.tuple1, many)]), /nested more than 200 levels/],
    marks: [repeat(p.mark, many), /nested more than 200 levels/],
  };
  for (const [what, [data, text]] of Object.entries(floods)) {
    test(`too many ${what}`, () => expectRefusal(() => load(data), "io/limit", text));
  }

  test("more than ten million instructions: the next one is not looked at", () => {
    const unknown = hex("ff");
    const after = (count: number): Buffer => pickle(Buffer.alloc(count, hex("4e30")), unknown);
    expectRefusal(() => read(after(9_999_999)), "io/format", "its pickle has the instruction 0xff");
    expectRefusal(
      () => read(after(10_000_000)),
      "io/limit",
      "its pickle has more than 10 million instructions",
    );
  });
});
