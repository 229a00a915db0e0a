// What is refused, and that nothing valid is.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { scope, TorchError } from "@throughline/torch";
import { describe, expect, test } from "vitest";
import { call } from "../../dist/dispatch.js";
import { native } from "../../dist/native.js";
import { checkedOperators } from "../../dist/ops/checks/index.js";
import { refusalOf, refusedOperators } from "../../dist/ops/refused.js";
import { recorded } from "./fuzz/examples.mjs";
import { make } from "./fuzz/values.mjs";

const names = native.operatorNames();
const bare = new Set(names.map((name) => name.replace(/^aten::/, "").split(".")[0]!));

describe("refused operators", () => {
  test("are called by nobody, and say why", () => {
    let error: unknown;
    try {
      call("aten::_reshape_alias", null);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TorchError);
    expect(error).toMatchObject({ code: "torch/refused", op: "aten::_reshape_alias" });
    expect((error as Error).message).toBe(
      "aten::_reshape_alias: cannot be called from TypeScript: it views memory without looking at its bounds; use as_strided",
    );
  });

  test.runIf(native.libtorchVersion().startsWith("2.13."))("all exist", () => {
    expect(refusedOperators.filter((name) => !bare.has(name))).toEqual([]);
    expect(checkedOperators.filter((name) => !bare.has(name) && !bare.has(`${name}_`))).toEqual([]);
  });

  test("more than 90 % of the operators without a leading underscore are callable", () => {
    const open = names.filter((name) => name.startsWith("aten::") && !name.startsWith("aten::_"));
    const refused = open.filter((name) => refusalOf(name) !== undefined);
    expect(refused.length / open.length).toBeLessThan(0.1);
  });

  test("none is used by the package itself", () => {
    const folder = join(import.meta.dirname, "../../src");
    const used = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .flatMap(
        (file) => readFileSync(join(folder, file), "utf8").match(/(?<=")aten::[A-Za-z0-9_.]+(?=")/g) ?? [],
      );
    expect(used.length).toBeGreaterThan(500);
    expect(used.filter((name) => refusalOf(name) !== undefined)).toEqual([]);
  });

  test("operators of an unknown namespace are not refused", () =>
    expect(refusalOf("mylib::run")).toBeUndefined());
});

describe("checked operators", () => {
  // The examples are calls that PyTorch's own tests make; ranges of integers are recorded, so indices are valid.
  // Left out: arguments whose values belong together, which is not recorded, and batches that libtorch broadcasts in
  // linalg_ldl_solve although its kernel then reads beyond the pivots.
  const leftOut = /^aten::(_?segment_reduce|linalg_ldl_solve)/;
  const valid = Object.entries(recorded).filter(([name]) => {
    if (leftOut.test(name)) return false;
    const stem = name.slice("aten::".length).split(".")[0]!;
    return checkedOperators.includes(stem) || checkedOperators.includes(stem.replace(/_$/, ""));
  });

  test("there are examples of most", () => expect(valid.length).toBeGreaterThan(80));

  test.each(valid)("%s takes valid arguments", (name, calls) => {
    for (const example of calls) {
      scope(() => {
        try {
          call(name, ...example.map(make));
        } catch (error) {
          const { code, message } = error as TorchError;
          if (/expected a Tensor, got [\d.]/.test(message)) return; // a number that PyTorch's Python layer wraps
          expect(code, message).toBe("torch/op");
        }
      });
    }
  });
});
