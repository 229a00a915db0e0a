// The thread of hdf5-client.ts: it opens a file and answers calls about it, one after the other.
import { parentPort, workerData } from "node:worker_threads";
import type { ThreadCall, ThreadData, ThreadResponse } from "./hdf5-client.js";
import { diagnosis, Refusal } from "./hdf5-form.js";
import { Hdf5Source } from "./hdf5-source.js";

const { file, options } = workerData as ThreadData;
const source = Hdf5Source.open(file, options);

parentPort!.on("message", ({ call, index }: ThreadCall) => {
  void source
    .then((opened) => opened[call](index))
    .then(
      (result): ThreadResponse => ({ result }),
      (error: Error): ThreadResponse => ({
        refusal: error instanceof Refusal ? error.message : `${file} cannot be read: ${diagnosis(error)}`,
      }),
    )
    .then((response) => parentPort!.postMessage(response));
});
