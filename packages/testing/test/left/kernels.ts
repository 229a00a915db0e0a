// Run by setup.test.ts only, in an environment that chooses libtorch's kernels.
import { hasAvx2Kernels } from "@throughline/testing/processor";
import { expect, test } from "vitest";

test("no AVX2 kernels", () => expect(hasAvx2Kernels).toBe(false));
