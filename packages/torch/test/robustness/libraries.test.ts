// Libraries of operators that would end the process if they were handed to the system's loader as they are.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadLibrary, ops, TorchError } from "@throughline/torch";
import { afterAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "throughline-libraries-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shared library of this source; undefined without a compiler. */
function compiled(name: string, source: string, flags: readonly string[] = []): string | undefined {
  const [code, file] = [join(folder, `${name}.cpp`), join(folder, `${name}.so`)];
  writeFileSync(code, source);
  const { status } = spawnSync("c++", ["-shared", "-fPIC", "-o", file, code, ...flags]);
  return status === 0 ? file : undefined;
}

const harmless =
  process.platform === "linux" ? compiled("harmless", 'extern "C" int answer() { return 42; }') : undefined;

function refusal(path: string): string {
  try {
    loadLibrary(path);
  } catch (error) {
    expect(error).toBeInstanceOf(TorchError);
    expect(error).toMatchObject({ code: "torch/library", op: "loadLibrary" });
    return (error as Error).message.replace(`loadLibrary: cannot load ${path}: `, "");
  }
  return "";
}

function file(name: string, bytes: Uint8Array): string {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
}

test("what is no file, or none of a library", () => {
  expect(refusal(folder)).toBe("it is not a regular file");
  expect(refusal(join(folder, "nothing.so"))).toMatch(/ENOENT/);
  if (process.platform === "linux") {
    expect(refusal("/dev/zero")).toBe("it is not a regular file");
    expect(refusal(file("text.so", Buffer.from("hello")))).toBe("it is not a shared library (an ELF file)");
  }
});

describe.skipIf(harmless === undefined)("with a compiler, on Linux", () => {
  const whole = harmless === undefined ? Buffer.alloc(0) : readFileSync(harmless);

  test("a cut library, wherever it is cut", () => {
    for (const share of [0.01, 0.1, 0.3, 0.5, 0.9]) {
      const cut = file("cut.so", whole.subarray(0, Math.floor(whole.length * share)));
      expect(refusal(cut)).toMatch(/it is cut or damaged|it is not a shared library/);
    }
    expect(refusal(file("short.so", whole.subarray(0, whole.length - 1)))).toMatch(/it is cut or damaged/);
  });

  test("random bytes behind a true header", () => {
    const random = Buffer.from(whole);
    for (let at = 64; at < random.length; at++) random[at] = (at * 7919) % 251;
    expect(refusal(file("random.so", random))).toMatch(/damaged/);
  });

  test("segments that lie about what is in them", () => {
    const emptied = Buffer.from(whole);
    emptied.fill(0, 64 + 56 * whole.readUInt16LE(56), whole.length);
    expect(refusal(file("emptied.so", emptied))).not.toBe("");
  });

  test("an initialiser that throws, and one that ends the process", () => {
    const throws = `#include <stdexcept>
      struct Thrower { Thrower() { throw std::runtime_error("no such device"); } } thrower;`;
    expect(refusal(compiled("throws", throws)!)).toMatch(/no such device$/);
    const crashes = "struct Crash { Crash() { *(volatile int*)0 = 1; } } crash;";
    expect(refusal(compiled("crashes", crashes)!)).toBe(
      "it ends the process that loads it (SIGSEGV): its initialisers crash",
    );
  });

  test("the same content once more, under its own and another name, is not loaded again", () => {
    loadLibrary(harmless!);
    loadLibrary(harmless!);
    const [copy, link] = [join(folder, "copy.so"), join(folder, "link.so")];
    copyFileSync(harmless!, copy);
    symlinkSync(harmless!, link);
    loadLibrary(copy);
    loadLibrary(link);
  });
});

const ours = new URL("../../../ocra/build/throughline_ocra.so", import.meta.url);

test.skipIf(!existsSync(ours))("operators registered a second time, by another library", () => {
  loadLibrary(fileURLToPath(ours));
  const other = file("other.so", Buffer.concat([readFileSync(ours), Buffer.from("x")]));
  expect(refusal(other)).toMatch(/Only a single TORCH_LIBRARY .* the namespace throughline_ocra/);
  expect(ops.namespace("throughline_ocra").conv5Relu).toBeTypeOf("function");
});
