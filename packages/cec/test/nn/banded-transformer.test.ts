// The transformer against the authors' code: one pass, chunks, steps, chunks longer than the window, and rows that begin anew.

import { forgotten, type Memory } from "@throughline/cec";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeReference, type Reference } from "@throughline/testing/reference";
import { cat, noGrad, scope, stack, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import { BandedTransformer, type TransformerSizes } from "../../dist/nn/banded-transformer.js";

checkLeaks();

interface Case {
  readonly name: string;
  /** Names in the fixture come after this in ours. */
  readonly prefix: string;
  readonly sizes: TransformerSizes;
  readonly chunks: readonly number[];
  readonly long: readonly number[];
}

const cases: readonly Case[] = [
  {
    name: "cec/attention_block",
    prefix: "blocks.0.",
    sizes: { width: 32, layers: 1, heads: 4, window: 10 },
    chunks: [6, 6, 6, 6, 3],
    long: [13, 14],
  },
  {
    name: "cec/transformer_stack",
    prefix: "",
    sizes: { width: 64, layers: 2, heads: 8, window: 12 },
    chunks: [8, 8, 8, 8, 8, 1],
    long: [20, 21],
  },
];

/** Passes through chunks in order. @param begins number of the chunk → sequences that begin anew before it */
function pass(
  net: BandedTransformer,
  x: Tensor,
  chunks: readonly number[],
  begins?: (chunk: number) => Tensor,
): { readonly y: Tensor; readonly memories: readonly Memory[] } {
  let memory = net.start(x.size(0));
  let from = 0;
  const parts: Tensor[] = [];
  const memories: Memory[] = [];
  for (const [at, length] of chunks.entries()) {
    if (begins !== undefined) memory = forgotten(memory, begins(at));
    const done = net.forward(x.narrow(1, from, length), memory);
    memory = done.memory;
    parts.push(done.x);
    memories.push(memory);
    from += length;
  }
  return { y: cat(parts, 1), memories };
}

/** [layers, B, …] of the valid columns, the keys and the values of a memory. */
function caches([valid, ...cached]: Memory, dtype: Reference["dtype"]): readonly [Tensor, Tensor, Tensor] {
  const of = (kind: number): Tensor => stack(cached.filter((_, at) => at % 2 === kind));
  return [stack(cached.filter((_, at) => at % 2 === 0).map(() => valid!.to(dtype))), of(0), of(1)];
}

for (const { name, prefix, sizes, chunks, long } of cases) {
  describeReference(name, (reference) => {
    const run = (body: (net: BandedTransformer) => void): void =>
      scope(() => {
        using net = new BandedTransformer(sizes);
        net.to({ dtype: reference.dtype });
        net.loadStateDict(
          Object.fromEntries(
            Object.entries(reference.group("weights.")).map(([key, weight]) => [prefix + key, weight]),
          ),
        );
        body(net);
      });

    test("outputs in one pass, in chunks, step by step, and in chunks beyond the window", () => {
      run((net) =>
        noGrad(() => {
          const x = reference.tensor("inputs.x");
          const length = x.size(1);
          reference.check("outputs.y_one", pass(net, x, [length]).y);
          reference.check("outputs.y_long", pass(net, x, long).y);
          reference.check("outputs.y_step", pass(net, x, Array<number>(length).fill(1)).y);
          const { y, memories } = pass(net, x, chunks);
          reference.check("outputs.y_chunks", y);
          reference.check("outputs.y_nofirst", y);
          reference.check("outputs.mask_after1", caches(memories[0]!, reference.dtype)[0]);
          const [valid, keys, values] = caches(memories.at(-1)!, reference.dtype);
          reference.check("outputs.mask_chunks", valid);
          reference.check("outputs.K_chunks", keys);
          reference.check("outputs.V_chunks", values);
        }),
      );
    });

    test("sequences that begin anew do so alone", () => {
      run((net) =>
        noGrad(() => {
          const first = reference.tensor("inputs.first_reset").gt(0);
          const { y, memories } = pass(net, reference.tensor("inputs.x"), chunks, (at) =>
            first.select(1, at),
          );
          reference.check("outputs.y_reset", y);
          // The authors' cache keeps what came before, behind a mask; ours is zeros there.
          const [valid, keys, values] = caches(memories.at(-1)!, reference.dtype);
          reference.check("outputs.mask_reset", valid);
          const isThere = valid.unsqueeze(-1);
          for (const [key, found] of [
            ["K", keys],
            ["V", values],
          ] as const) {
            const theirs = reference.tensor(`outputs.${key}_reset`);
            expect(found.sub(theirs).mul(isThere).abs().max().item(), key).toBeLessThan(1e-5);
          }
        }),
      );
    });

    test("the loss over chunks and every gradient, through the cache", () => {
      run((net) => {
        const x = reference.tensor("inputs.x").requiresGrad_();
        const loss = pass(net, x, chunks).y.mul(reference.tensor("inputs.cot")).sum();
        reference.check("outputs.loss", loss);
        loss.backward();
        for (const [key, parameter] of net.namedParameters())
          reference.check(`grads.${key.slice(prefix.length)}`, parameter.grad);
        reference.check("grads.inputs.x", x.grad);
      });
    });
  });
}
