// A small model that several tests share.
import { nn, ones, type Tensor, zeros } from "@throughline/torch";

/** A model with every kind of member, in an order of its own. */
export class Net extends nn.Module {
  hidden = new nn.Linear(3, 4);
  scale = new nn.Parameter(ones([4]));
  offset: nn.Parameter | null = null;
  seen = new nn.Buffer(zeros([1]));
  scratch = new nn.Buffer(zeros([2]), { persistent: false });
  blocks = new nn.ModuleList([new nn.Linear(4, 4), new nn.Linear(4, 4)]);
  heads = new nn.ModuleDict({ a: new nn.Linear(4, 1), b: new nn.Linear(4, 2, { bias: false }) });
  readonly title = "net";
  readonly sizes = [1, 2];

  forward(x: Tensor): Tensor {
    let y = this.hidden.forward(x).mul(this.scale);
    for (const block of this.blocks) y = block.forward(y);
    return this.heads.get("a").forward(y);
  }
}
