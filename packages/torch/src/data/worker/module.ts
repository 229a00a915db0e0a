// Datasets that can be made in any thread: an export of a module, and options.
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { show } from "../../checks/show.js";
import { TorchError } from "../../errors.js";
import type { Collate } from "../collate-type.js";
import { type Dataset, type IterableDataset, isDataset, isIterableDataset } from "../dataset.js";
import { messageOf } from "../failure.js";

/** A dataset, and the collate function beside it if one was named. */
export interface Loaded {
  readonly dataset: Dataset<unknown> | IterableDataset<unknown>;
  readonly collate: Collate<unknown, unknown> | undefined;
}

/** A module given as a URL, or as a path from the current directory. */
export function moduleUrl(module: URL | string): string {
  if (module instanceof URL) return module.href;
  return /^[a-z][a-z0-9+.-]+:/i.test(module) ? module : pathToFileURL(resolve(module)).href;
}

/** A URL as messages show it. */
export function showModule(href: string): string {
  return href.startsWith("file:") ? fileURLToPath(href) : href;
}

/**
 * Makes the dataset.
 * @throws TorchError `data/module` if the module does not load, lacks the export, or gives something else.
 */
export async function loadDataset(
  href: string,
  exportName: string,
  options: unknown,
  collateName: string | undefined,
): Promise<Loaded> {
  let exports: Record<string, unknown>;
  try {
    exports = (await import(href)) as Record<string, unknown>;
  } catch (cause) {
    throw new TorchError(
      "data/module",
      `dataset module ${showModule(href)} does not load: ${messageOf(cause)}`,
      { cause },
    );
  }
  const find = (name: string): unknown => {
    if (Object.hasOwn(exports, name)) return exports[name];
    refuse(href, `has no export '${name}'; it exports ${Object.keys(exports).join(", ") || "nothing"}`);
  };
  const dataset = await build(find(exportName), href, exportName, options);
  const collate = collateName === undefined ? undefined : find(collateName);
  if (collate !== undefined && typeof collate !== "function") {
    refuse(href, `export '${collateName}' is ${show(collate)}; a collate function is needed`);
  }
  return { dataset, collate: collate as Collate<unknown, unknown> | undefined };
}

async function build(
  found: unknown,
  href: string,
  name: string,
  options: unknown,
): Promise<Loaded["dataset"]> {
  let made = found;
  if (typeof found === "function") {
    const prototype: unknown = found.prototype;
    const isClass =
      typeof prototype === "object" && prototype !== null && ("get" in prototype || "iterate" in prototype);
    try {
      made = isClass
        ? new (found as new (options: unknown) => unknown)(options)
        : await (found as (options: unknown) => unknown)(options);
    } catch (cause) {
      throw new TorchError(
        "data/module",
        `dataset module ${showModule(href)}: export '${name}' failed: ${messageOf(cause)}`,
        { cause },
      );
    }
  }
  if (isDataset(made) || isIterableDataset(made)) return made;
  refuse(
    href,
    `export '${name}' gave ${show(made)}; accepted: a dataset (length and get, or iterate), a class of datasets, ` +
      "or a function that returns one",
  );
}

function refuse(href: string, reason: string): never {
  throw new TorchError("data/module", `dataset module ${showModule(href)}: ${reason}`);
}
