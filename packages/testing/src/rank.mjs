// One rank of a run: `node rank.mjs MODULE EXPORT RUN`, started by `launchRanks` of @throughline/lab.
const [module, name, run] = process.argv.slice(2);
const [{ [name]: experiment }, { executeRun, LISTENING }, { distributed }] = await Promise.all([
  import(module),
  import("@throughline/lab"),
  import("@throughline/torch"),
]);
const listening = process.env[LISTENING];
const group = await distributed.initProcessGroup({
  timeout: 300,
  ...(listening && { listening: Number(listening) }),
});
const { exitCode, error } = await executeRun(run, experiment, { group, threads: 1 });
if (error === undefined) await group.close();
else {
  console.error(error.message);
  await group.abort(error.message);
}
process.exit(exitCode);
