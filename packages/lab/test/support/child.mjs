// @ts-check
// A process that does one run of the tiny experiment.
// usage: child.mjs new ROOT NAME [key=value…] | child.mjs resume RUN
import { createReporter, createRun, executeRun, LabError, resolveConfig } from "@throughline/lab";
import { tiny } from "./tiny.mjs";

const [verb = "", where = "", name, ...overrides] = process.argv.slice(2);
try {
  const request = { overrides: ["threads=1", ...overrides] };
  const path = verb === "new" ? createRun(tiny, resolveConfig(tiny, request), { root: where, name }) : where;
  console.error("created");
  const outcome = await executeRun(path, tiny, { reporter: createReporter("plain") });
  if (outcome.error !== undefined) console.error(`${outcome.status}: ${outcome.error.message}`);
  console.log(outcome.status);
  process.exitCode = outcome.exitCode;
} catch (error) {
  console.error(error instanceof LabError ? `${error.code}: ${error.message}` : error);
  process.exitCode = 1;
}
