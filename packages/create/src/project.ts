// A new project out of ../template: copied, named, and told where Throughline's packages come from.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** Mistake that a user can mend: one sentence. */
export class Refusal extends Error {}

const template = fileURLToPath(new URL("../template", import.meta.url));

/** Options of `makeProject`. */
export interface ProjectOptions {
  /** Folder with the packed packages. Default: they come from the registry. */
  readonly from?: string;
}

/**
 * Makes a project.
 * @param folder new or empty; its name becomes the project's
 * @returns the project's name
 * @throws Refusal
 */
export function makeProject(folder: string, { from }: ProjectOptions = {}): { readonly name: string } {
  const path = resolve(folder);
  const name = nameFor(path);
  const packed = from === undefined ? {} : packedIn(resolve(from), path);
  try {
    refuseUsed(path, folder);
    if (!existsSync(path)) mkdirSync(path);
    cpSync(template, path, { recursive: true });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(`${folder} cannot be written: ${(error as Error).message}`);
  }
  // npm would leave out a file that is called .gitignore.
  renameSync(join(path, "gitignore"), join(path, ".gitignore"));
  rewrite(join(path, "README.md"), (text) => text.replace("my-project", name));
  rewrite(join(path, "package.json"), (text) => {
    const manifest = JSON.parse(text) as { dependencies: Record<string, string> };
    const dependencies = { ...manifest.dependencies, ...packed };
    return `${JSON.stringify({ ...manifest, name, dependencies }, null, 2)}\n`;
  });
  return { name };
}

/** The folder's name as npm accepts names. */
function nameFor(path: string): string {
  const name = basename(path)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|-+$/g, "");
  if (name !== "" && name.length <= 214) return name;
  throw new Refusal(`a project cannot be named after ${path}; give a folder with letters in its name`);
}

function refuseUsed(path: string, folder: string): void {
  if (!existsSync(path)) return;
  if (!statSync(path).isDirectory())
    throw new Refusal(`${folder} is a file; give a folder that is new or empty`);
  const files = readdirSync(path).filter((file) => file !== ".git");
  if (files.length > 0)
    throw new Refusal(
      `${folder} is not empty (${files.slice(0, 3).join(", ")}); give a folder that is new or empty`,
    );
}

/** Every packed package of ours, since those that others depend on come from nowhere else. */
function packedIn(from: string, project: string): Record<string, string> {
  const files = existsSync(from) && statSync(from).isDirectory() ? readdirSync(from) : [];
  const packed = files.flatMap((file) => {
    const [, name] = /^throughline-(.+)-\d+\.\d+\.\d+[^/]*\.tgz$/.exec(file) ?? [];
    if (name === undefined) return [];
    return [[`@throughline/${name}`, `file:${relative(project, join(from, file)).split(sep).join("/")}`]];
  });
  if (packed.length === 0)
    throw new Refusal(`there are no packed packages in ${from} (throughline-torch-0.1.0.tgz and others)`);
  return Object.fromEntries(packed);
}

function rewrite(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, "utf8")));
}
