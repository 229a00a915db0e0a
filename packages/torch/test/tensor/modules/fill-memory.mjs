// Makes tensors of 4 MiB until there is no more memory, and says how that ended.
import { ones } from "@throughline/torch";

const kept = [];
try {
  for (;;) kept.push(ones([2 ** 20]));
} catch (error) {
  console.log(JSON.stringify({ code: error.code, made: kept.length }));
}
