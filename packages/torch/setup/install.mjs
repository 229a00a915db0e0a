#!/usr/bin/env node
// `npm ci` runs this through the root's postinstall; `npm run setup` runs it again at any time.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createContext } from "./context.mjs";
import { runMain } from "./failure.mjs";
import { setUp } from "./set-up.mjs";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      native: { type: "string", default: here("../native") },
      out: { type: "string", default: here("../build") },
    },
  });
  await setUp(createContext(), values);
});
