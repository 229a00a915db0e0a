// The edition of a run's generated data: part of its identity, so that no result is served for data that it did not see.
import { option, type RunContext, readRun } from "@throughline/lab";
import { z } from "zod";
import { editionOf } from "../art/edition.js";
import { OcraDataError } from "../datasets/errors.js";

/** The option of both experiments; its value is filled in. */
export const edition: z.ZodOptional<z.ZodString> = option(
  z.string().optional(),
  "Edition of the generated data, filled in; not set: they have had only one. Other editions have other contents under the same seed.",
);

/** Edition of the displays that a configuration of `ocra/pretrain` has drawn. */
export function displaysEdition({
  dataset,
  objects = "pool",
  path,
}: {
  readonly dataset: string;
  readonly objects?: string;
  readonly path?: string;
}): string | undefined {
  return dataset === "art" && path === undefined ? editionOf("art/displays", objects) : undefined;
}

/** Edition of the problems that a configuration of `ocra/task` has drawn. */
export function problemsEdition({
  task,
  objects,
  path,
}: {
  readonly task: string;
  readonly objects?: string;
  readonly path?: string;
}): string | undefined {
  if (path !== undefined) return undefined;
  return editionOf(task, task.startsWith("art/") ? objects : undefined);
}

/** @throws OcraDataError ocra/argument if an edition was asked for that is not generated */
export function checkEdition(asked: string | undefined, generated: string | undefined): void {
  if (asked === generated) return;
  const accepted = generated === undefined ? "none" : JSON.stringify(generated);
  throw new OcraDataError(
    "argument",
    `--edition is ${JSON.stringify(asked)}; accepted: ${accepted}, which is filled in without it`,
  );
}

/**
 * Refuses to go on with a run that began with data of another edition. Looks into the run's own file: options that it has not
 * are filled in for older runs. Of ranks the first one looks, which has the run.
 * @throws OcraDataError ocra/files
 */
export function checkRunEdition(
  { path, group }: Pick<RunContext<object>, "path" | "group">,
  generated: string | undefined,
): void {
  if (group !== undefined && group.rank > 0) return;
  const began = readRun(path).config.edition;
  if (began === generated) return;
  throw new OcraDataError(
    "files",
    `${path} began with data of ${began === undefined ? "the first edition" : `edition ${JSON.stringify(began)}`}, ` +
      `and ${JSON.stringify(generated)} is generated now; start a new run`,
  );
}
