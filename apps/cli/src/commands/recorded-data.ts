// `throughline data inspect | validate | convert`: recorded data on disk, of whatever kind a system knows.
import { existsSync } from "node:fs";
import type { RunRecord, StoreKind } from "@throughline/lab";
import type { Command } from "commander";
import { EXIT, UsageError } from "../exit.js";
import { show } from "../offered.js";
import { count, withJson, withRoot } from "../options.js";
import { registry } from "../registry.js";
import { resolveRun } from "../run-name.js";
import { printJson } from "../terminal.js";

interface Flags {
  readonly root: string;
  readonly json?: boolean;
  readonly replay?: number;
}

/** The data that a path or a run means, with its kind. */
async function found(
  typed: string,
  root: string,
  other = (_: StoreKind): string | undefined => undefined,
): Promise<{ kind: StoreKind; path: string }> {
  const { stores } = await registry();
  const loaded = await Promise.all(stores.map(({ load }) => load()));
  const holds = ({ path }: RunRecord): boolean => loaded.some((kind) => kind.find(path) !== undefined);
  const place = existsSync(typed)
    ? typed
    : (await resolveRun(typed, root, (runs) => runs.findLast(holds))).path;
  for (const kind of loaded) {
    const path = other(kind) ?? kind.find(place);
    if (path !== undefined) return { kind, path };
  }
  const kinds = stores.map(({ name, purpose }) => `${name} (${purpose})`).join("; ");
  throw new UsageError(`${typed} holds no recorded data, accepted: ${kinds}`);
}

async function inspect(typed: string, { root, json }: Flags): Promise<void> {
  const { kind, path } = await found(typed, root);
  const result = await kind.inspect(path);
  if (json) printJson(result.json);
  else show(result);
}

async function validate(typed: string, { root, json, replay = 20 }: Flags): Promise<void> {
  const { kind, path } = await found(typed, root);
  const result = await kind.validate(path, replay);
  if (json) printJson(result.json);
  else show(result);
  if (!result.isWhole) process.exitCode = EXIT.failed;
}

async function convert(typed: string, target: string, { root, json }: Flags): Promise<void> {
  const { kind, path } = await found(typed, root, (one) => (one.makes(typed) ? typed : undefined));
  const result = await kind.convert(path, target);
  if (json) printJson(result.json);
  else show(result);
}

/** Adds the three commands. */
export function recordedData(parent: Command): void {
  const place =
    "a folder of recorded data, or a run that has some: directory, id, beginning of an id, or latest, the last run with some";
  withJson(withRoot(parent.command("inspect")))
    .description("show what recorded data hold: card, counts, sizes, success by level and progress")
    .argument("<data>", place)
    .action(inspect);
  withJson(withRoot(parent.command("validate")))
    .description("compare recorded data with their checksums, and play episodes again, bit for bit")
    .argument("<data>", place)
    .option("--replay <n>", "episodes of each level to play again, evenly spaced (default: 20)", count)
    .action(validate);
  withJson(withRoot(parent.command("convert")))
    .description(
      "convert recorded data to HDF5 in robomimic's form, or back; or a robot's states to observations with pictures",
    )
    .argument("<from>", `${place}; or an .hdf5 file`)
    .argument(
      "<to>",
      "new .hdf5 file, or a new folder; from a folder to a folder observations are made of states",
    )
    .action(convert);
}
