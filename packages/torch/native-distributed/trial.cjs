// node trial.cjs ADDON ENGINE: a group of one process is made, reduces a tensor, and is left.
const [addon, engine] = process.argv.slice(2).map((file) => require(file));
const FLOAT32 = 6;
const SUM = 0;

async function main() {
  const one = { rank: 0, size: 1, host: "127.0.0.1", port: 0, listening: -1, interface: "", timeout: 10_000 };
  const { group } = await addon.join(one);
  const tensor = engine.fromBytes(new Float32Array([1, 2, 3]), [3], FLOAT32);
  await addon.allReduce(group, [engine.lend(tensor)], SUM);
  const values = String([...new Float32Array(engine.toBytes(tensor))]);
  if (values !== "1,2,3") throw new Error(`the sum over one process of 1,2,3 is ${values}`);
  await addon.leave(group, "left");
}

main().catch((error) => {
  console.error(error.message);
  process.exit(9);
});
