// Attention: heads, keys and values that belong together.
import { all, between, nonEmpty, rank, sameShape } from "./conditions.js";
import { type Check, refuse, text } from "./given.js";

const attention: Check = all(rank("query", 4), rank("key", 4), rank("value", 4), (given) => {
  const [q, k, v] = ["query", "key", "value"].map((name) => given.tensor(name)?.shape);
  if (!q || !k || !v) return;
  if ([...q, ...k, ...v].includes(0)) refuse("query", "has a dimension of size 0, or key or value has one");
  const fits =
    k[0] === q[0] &&
    v[0] === q[0] &&
    k[1] === q[1] &&
    v[1] === q[1] &&
    k[3] === q[3] &&
    v[2] === k[2] &&
    v[3] === q[3];
  if (!fits) refuse("query", `of shape ${text(q)} does not fit key ${text(k)} and value ${text(v)}`);
});
const attentionBackward: Check = all(attention, sameShape("query", "grad_out", "out"), (given) => {
  const [q, lse] = [given.tensor("query")?.shape, given.tensor("logsumexp")?.shape];
  if (q && lse && text(lse) !== text(q.slice(0, 3)))
    refuse("logsumexp", `needs shape ${text(q.slice(0, 3))}, has ${text(lse)}`);
});

const headsDivide = (name: string): Check => between(name, 1, 2 ** 31);

/** Checks by operator. */
export const attentionChecks: Readonly<Record<string, Check>> = {
  _scaled_dot_product_attention_math: attention,
  _scaled_dot_product_flash_attention_for_cpu: attention,
  _scaled_dot_product_flash_attention_for_cpu_backward: attentionBackward,
  _transform_bias_rescale_qkv: all(headsDivide("num_heads"), rank("qkv", 3), nonEmpty("qkv")),
  _native_multi_head_attention: headsDivide("num_head"),
  _transformer_encoder_layer_fwd: headsDivide("num_heads"),
};
