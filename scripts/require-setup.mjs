// Before tests: is this checkout set up? If not, one sentence says what to run, instead of ten minutes of failures.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createContext } from "../packages/torch/setup/context.mjs";
import { explain } from "../packages/torch/setup/failure.mjs";
import { checkLoads } from "../packages/torch/setup/load-check.mjs";

const { values } = parseArgs({
  options: { root: { type: "string", default: join(import.meta.dirname, "..") } },
});
const { root } = values;

const problem = await whatIsMissing();
if (problem !== undefined) {
  process.stderr.write(`This checkout is not set up (${problem.what}): run \`${problem.run}\` first.\n`);
  process.exitCode = 1;
}

/** @returns {Promise<{ what: string, run: string } | undefined>} */
async function whatIsMissing() {
  const tools = ["biome", "tsc", "vitest"].find(
    (name) => !existsSync(join(root, "node_modules", ".bin", name)),
  );
  if (tools !== undefined) return { what: `there is no node_modules/.bin/${tools}`, run: "npm ci" };
  const made = [join("packages", "torch", "build", "throughline_torch.node"), ...libraries()];
  const absent = made.find((file) => !existsSync(join(root, file)));
  if (absent !== undefined) return { what: `there is no ${absent}`, run: "npm run setup" };
  try {
    const [addon = ""] = made;
    const record = join(root, "packages", "torch", "build", "libtorch.json");
    await checkLoads(createContext(), join(root, addon), JSON.parse(readFileSync(record, "utf8")));
    return undefined;
  } catch (error) {
    return { what: explain(error).message.replace(/\.$/, ""), run: "npm run setup" };
  }
}

/** The operator libraries that scripts/build-libraries.mjs makes. */
function libraries() {
  const ending =
    { darwin: "dylib", win32: "dll" }[/** @type {"darwin" | "win32"} */ (process.platform)] ?? "so";
  return readdirSync(join(root, "packages")).flatMap((name) => {
    const description = join(root, "packages", name, "native", "library.json");
    if (!existsSync(description)) return [];
    return [
      join("packages", name, "build", `${JSON.parse(readFileSync(description, "utf8")).name}.${ending}`),
    ];
  });
}
