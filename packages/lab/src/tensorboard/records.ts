// Records of TensorBoard's event files, out of rows of metrics.
// Source: tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto, tensor.proto
import { ProtoMessage } from "@throughline/torch/files";
import { markdownTable } from "../text/table.js";
import { maskedCrc32c } from "./crc32c.js";

/** A row of `metrics.jsonl`: `MetricRow` of `run/`, which stands on this folder and so cannot be imported here. */
export interface EventRow {
  readonly loop: string;
  readonly step: number;
  /** Seconds of work since the run began. */
  readonly time: number;
  readonly [metric: string]: number | string;
}

/** Facts of a run in its event file. */
export interface EventSource {
  readonly created: Date;
  /** Options by dotted name, and their values as text. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

/** Numbers of DataType, SessionLog.SessionStatus and DataClass in the sources. */
const [DT_STRING, SESSION_START, DATA_CLASS_TENSOR] = [7, 1, 2];

/**
 * A record: length (u64), its masked CRC-32C, the payload, its masked CRC-32C; little-endian.
 * Source: tensorflow/core/lib/io/record_writer.h
 */
export function eventRecord(payload: Uint8Array): Uint8Array {
  const record = Buffer.allocUnsafe(payload.length + 16);
  record.writeBigUInt64LE(BigInt(payload.length));
  record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
  record.set(payload, 12);
  record.writeUInt32LE(maskedCrc32c(payload), 12 + payload.length);
  return record;
}

/**
 * How a file begins: the format's version; a mark that a session starts at step 0, so that whatever was read of the
 * run before is void; and the run's options as a text.
 */
export function openingRecords({ created, options }: EventSource): Uint8Array {
  const wallTime = created.getTime() / 1000;
  const table = markdownTable(["option", "value"], options);
  const events = [
    event(wallTime, 0).bytes(3, "brain.Event:2"),
    event(wallTime, 0).message(7, new ProtoMessage().int(1, SESSION_START)),
    event(wallTime, 0).message(5, new ProtoMessage().message(1, textValue("options", table))),
  ];
  return Buffer.concat(events.map((each) => eventRecord(each.finish())));
}

/** The record of a row: a scalar or a text `<loop>/<metric>` for each metric, at the row's step and its time of work. */
export function rowRecord({ created }: EventSource, row: EventRow): Uint8Array {
  const { loop, step, time, ...metrics } = row;
  const summary = new ProtoMessage();
  for (const [name, value] of Object.entries(metrics)) {
    const tag = `${loop}/${name}`;
    const isText = typeof value === "string";
    summary.message(1, isText ? textValue(tag, value) : new ProtoMessage().bytes(1, tag).float(2, value));
  }
  const wallTime = created.getTime() / 1000 + time;
  return eventRecord(event(wallTime, step).message(5, summary).finish());
}

function event(wallTime: number, step: number): ProtoMessage {
  return new ProtoMessage().double(1, wallTime).int(2, step);
}

/** A value for the text dashboard. */
function textValue(tag: string, text: string): ProtoMessage {
  const shape = new ProtoMessage().message(2, new ProtoMessage().int(1, 1));
  const tensor = new ProtoMessage().int(1, DT_STRING).message(2, shape).bytes(8, text);
  const plugin = new ProtoMessage().bytes(1, "text");
  const metadata = new ProtoMessage().message(1, plugin).int(4, DATA_CLASS_TENSOR);
  return new ProtoMessage().bytes(1, tag).message(8, tensor).message(9, metadata);
}
