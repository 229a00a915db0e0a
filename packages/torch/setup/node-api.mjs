// The C headers of Node's addon interface, from an npm package: nothing of Node's own is downloaded.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Folder of the headers, list of Node's exported functions (for Windows), and version of the package. */
export function nodeApiHeaders() {
  const file = createRequire(import.meta.url).resolve("node-api-headers/package.json");
  const folder = dirname(file);
  return {
    include: join(folder, "include"),
    def: join(folder, "def", "node_api.def"),
    version: String(JSON.parse(readFileSync(file, "utf8")).version),
  };
}
