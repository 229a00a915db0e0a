// @ts-check
// Preloaded into a command, it writes the URL of every module that is imported to the file THROUGHLINE_LOADED.
import { register } from "node:module";

const hooks = `
  import { appendFileSync } from "node:fs";
  export async function load(url, context, next) {
    appendFileSync(process.env.THROUGHLINE_LOADED, url + "\\n");
    return next(url, context);
  }`;
register(`data:text/javascript,${encodeURIComponent(hooks)}`);
