// The thread of hdf5-client.ts: it opens one file after the other and answers calls about the one that is open.
import { parentPort } from "node:worker_threads";
import type { ThreadCall, ThreadResponse } from "./hdf5-client.js";
import { Refusal } from "./hdf5-form.js";
import { Hdf5Source } from "./hdf5-source.js";

let source: Hdf5Source | undefined;

async function answerTo(asked: ThreadCall): Promise<unknown> {
  switch (asked.call) {
    case "open":
      source = await Hdf5Source.open(asked.file, asked.options);
      return undefined;
    case "close":
      source?.close();
      source = undefined;
      return undefined;
    default:
      return source![asked.call](asked.index);
  }
}

let file = "";
parentPort!.on("message", (asked: ThreadCall) => {
  if (asked.call === "open") file = asked.file;
  void answerTo(asked)
    .then(
      (result): ThreadResponse => ({ result }),
      (error: Error): ThreadResponse =>
        error instanceof Refusal
          ? { kind: error.kind, message: error.message, isWhole: true }
          : { kind: "store", message: `${file} cannot be read: ${error.message}`, isWhole: false },
    )
    .then((response) => parentPort!.postMessage(response));
});
