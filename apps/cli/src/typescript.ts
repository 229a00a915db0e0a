// Modules in TypeScript. Node 22.18 and later read them; before that, tsx does, if the project has it.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

/** True for a file that Node may not read as it is. */
export const isTypeScript = (path: string): boolean => /\.[mc]?tsx?$/.test(path);

/**
 * Makes this process, and those that it starts, read TypeScript.
 * @param path of the module, in whose project tsx is looked for
 * @returns why it cannot; undefined if it can
 */
export async function readTypeScript(path: string): Promise<string | undefined> {
  // Node's own types for version 20 do not have it yet.
  if ((process.features as { readonly typescript?: unknown }).typescript) return undefined;
  const tsx = loaderFor(path);
  if (tsx === undefined)
    return `Node ${process.versions.node} does not read TypeScript; install tsx in the project (npm install --save-dev tsx), use Node 22.18 or later, or name a compiled file`;
  await import(tsx);
  const flag = `--import=${tsx}`;
  const options = process.env.NODE_OPTIONS ?? "";
  if (!options.split(" ").includes(flag)) process.env.NODE_OPTIONS = `${options} ${flag}`.trim();
  return undefined;
}

function loaderFor(path: string): string | undefined {
  try {
    return pathToFileURL(createRequire(path).resolve("tsx")).href;
  } catch {
    return undefined;
  }
}
