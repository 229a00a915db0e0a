// Run as a process of its own: ends only if no worker is left to keep it alive.
import { data } from "@throughline/torch";

const how = process.argv[2];
const fail = how === "throw" ? { index: 9, how: "throws" } : {};
const loader = await data.DataLoader.fromModule(new URL("./noise.mjs", import.meta.url), {
  options: { length: 400, fail },
  batchSize: 4,
  workers: 2,
});
let seen = 0;
try {
  if (how === "abandon") {
    const batches = loader[Symbol.asyncIterator]();
    await batches.next();
    seen++;
  } else {
    for await (const _ of loader) {
      seen++;
      if (how === "break" && seen === 3) break;
    }
  }
} catch (error) {
  console.log(error.message);
}
console.log(`${how} ${seen}`);
