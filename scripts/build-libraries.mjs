// Compiles the operator libraries of our packages: every packages/NAME/native with a library.json becomes
// packages/NAME/build/LIBRARY.so (.dylib, .dll), which both `loadLibrary` and Python's `torch.ops.load_library` can load.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildLibrary } from "../packages/torch/setup/build-library.mjs";
import { createContext } from "../packages/torch/setup/context.mjs";
import { runMain } from "../packages/torch/setup/failure.mjs";
import { findLibtorch } from "../packages/torch/setup/find-libtorch.mjs";

const root = join(import.meta.dirname, "..", "packages");
const endings = /** @type {Record<string, string>} */ ({ darwin: "dylib", win32: "dll" });

await runMain(async () => {
  const context = createContext();
  const libtorch = await findLibtorch(context);
  for (const name of readdirSync(root).sort()) {
    const native = join(root, name, "native");
    const description = join(native, "library.json");
    if (!existsSync(description)) continue;
    /** @type {{ name: string, flags: string[] }} */
    const { name: library, flags } = JSON.parse(readFileSync(description, "utf8"));
    const files = readdirSync(native)
      .sort()
      .map((file) => join(native, file));
    const out = join(root, name, "build", `${library}.${endings[process.platform] ?? "so"}`);
    const sources = files.filter((file) => file.endsWith(".cpp"));
    const headers = files.filter((file) => file.endsWith(".h"));
    const options = process.platform === "win32" ? [] : flags;
    const { compiled } = await buildLibrary(context, {
      ...{ name: library, sources, headers, out, libtorch, openmp: true, flags: options },
    });
    // What `loadLibrary` takes as proof that it need not try this very content in a process of its own first.
    writeFileSync(`${out}.sha256`, createHash("sha256").update(readFileSync(out)).digest("hex"));
    context.progress.say(`Operators of ${name} ${compiled ? "compiled" : "taken from the cache"}: ${out}`);
  }
});
