// Ids of Python's environments among ours: there and back, with modules, and without a Python.
import { isGymnasiumId } from "@throughline/envs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fromGymnasiumId, toGymnasiumId } from "../src/gymnasium/id.js";

const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_]{0,11}$/);

test("an id comes back as Gymnasium calls it; a module before it is imported first and once", () => {
  fc.assert(
    fc.property(word, fc.nat(9), word, fc.array(word, { maxLength: 3 }), (name, version, module, imports) => {
      const id = `${name}-v${version}`;
      const ours = toGymnasiumId(id);
      expect(isGymnasiumId(ours)).toBe(true);
      expect(fromGymnasiumId(ours)).toEqual({ id, options: {} });
      const found = fromGymnasiumId(toGymnasiumId(`${module}:${id}`), { imports, horizon: 9 });
      expect([found.id, found.options.horizon]).toEqual([id, 9]);
      expect(found.options.imports![0]).toBe(module);
      expect(found.options.imports!.filter((one) => one === module)).toHaveLength(1);
      for (const other of imports) expect(found.options.imports).toContain(other);
    }),
    { seed: 4, numRuns: 100 },
  );
});

test("ids of this package are none of Gymnasium's, and the prefix alone names nothing", () => {
  for (const id of ["SmallGoalMaze-v0", "gymnasium", "Gymnasium:CartPole-v1", "", undefined as never])
    expect(isGymnasiumId(id)).toBe(false);
  expect(() => fromGymnasiumId("gymnasium:")).toThrow(
    "gymnasium: names no environment; write gymnasium:CartPole-v1, for example",
  );
});
