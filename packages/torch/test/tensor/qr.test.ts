// torch.linalg.qr and its gradient, against the shared reference values of PyTorch in float64.
import { grad, linalg, scope, type Tensor } from "@throughline/torch";
import { expect, test } from "vitest";
import "@throughline/testing/close";
import { checkLeaks } from "@throughline/testing/leaks";
import { describeShared } from "@throughline/testing/reference";

checkLeaks();

// The README's tolerances: 1e-12 forward, 1e-9 through the gradient, 1e-6 at a condition number of 1e6.
const forward = { rtol: 1e-12, atol: 1e-12 };
const backward = { rtol: 1e-9, atol: 1e-9 };
const ill = { rtol: 1e-6, atol: 1e-6, because: "condition number 1e6" };
// PyTorch itself differs by 8e-12 between two processors: the condition number times float64's ε is 2e-10.
const illForward = { rtol: 1e-9, atol: 1e-9 };

describeShared("torchops/qr", (tensor, keys) => {
  const names = [...new Set(keys.map((key) => key.split(".")[0]!))];

  test("every case is tested", () => {
    expect(names.sort()).toEqual(["b3x6x4", "floss", "ill", "sq4", "t12x5", "t7x4", "t8x1"]);
  });

  test.each(names)("%s", (name) => {
    const of = (part: string): Tensor => tensor(`${name}.${part}`);
    const near = name === "ill" ? illForward : forward;
    const nearGrad = name === "ill" ? ill : backward;
    scope(() => {
      const A = of("A").requiresGrad_();
      const { Q, R } = linalg.qr(A);
      expect(Q).toBeClose(of("Q"), near);
      expect(R).toBeClose(of("R"), near);

      const pair = (q: Tensor, r: Tensor): Tensor =>
        q
          .mul(of("Qbar"))
          .sum()
          .add(r.mul(of("Rbar")).sum());
      const [Abar] = grad(pair(Q, R), [A], { retainGraph: true });
      expect(Abar).toBeClose(of("Abar"), nearGrad);

      const diagonal = R.diagonal({ dim1: -2, dim2: -1 });
      const sign = diagonal.detach().sign();
      const Qpos = Q.mul(sign.unsqueeze(-2));
      const Rpos = R.mul(sign.unsqueeze(-1));
      expect(Qpos).toBeClose(of("Q_pos"), near);
      expect(Rpos).toBeClose(of("R_pos"), near);
      const [AbarPos] = grad(pair(Qpos, Rpos), [A], { retainGraph: true });
      expect(AbarPos).toBeClose(of("Abar_pos"), nearGrad);

      const [AbarLog] = grad(diagonal.abs().log().mul(of("w")).sum(), [A]);
      expect(AbarLog).toBeClose(of("Abar_logdiag"), nearGrad);
    });
  });
});
