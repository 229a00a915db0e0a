// A reader of event files that shares nothing with the writer: the CRC is a division bit by bit.
import { type Fields, fields } from "@throughline/testing/protobuf";
import { expect } from "vitest";

/** CRC-32C one bit at a time, masked. */
export function slowMaskedCrc(bytes: Buffer): number {
  let crc = 2n ** 32n - 1n;
  for (const byte of bytes) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) crc = crc % 2n === 1n ? (crc / 2n) ^ 0x82f63b78n : crc / 2n;
  }
  crc ^= 2n ** 32n - 1n;
  return Number((crc / 2n ** 15n + crc * 2n ** 17n + 0xa282ead8n) % 2n ** 32n);
}

/** One event: a scalar or a text of a tag at a step. */
export interface ReadEvent {
  readonly wallTime: number;
  readonly step: number;
  readonly tag: string;
  readonly value: number | string;
}

/** The whole content of an event file; every checksum is checked. */
export function readEvents(file: Buffer): { version: string; starts: number; events: ReadEvent[] } {
  const events: ReadEvent[] = [];
  let version = "";
  let starts = 0;
  for (let at = 0; at < file.length; ) {
    const length = Number(file.readBigUInt64LE(at));
    expect(file.readUInt32LE(at + 8)).toBe(slowMaskedCrc(file.subarray(at, at + 8)));
    const payload = file.subarray(at + 12, at + 12 + length);
    expect(file.readUInt32LE(at + 12 + length)).toBe(slowMaskedCrc(payload));
    at += length + 16;
    const event = fields(payload);
    const wallTime = (event.get(1)![0] as Buffer).readDoubleLE();
    const step = Number(event.get(2)![0]);
    if (event.has(3)) version += String(event.get(3)![0]);
    if (event.has(7)) starts += fields(event.get(7)![0] as Buffer).get(1)![0] === 1n ? 1 : 0;
    for (const summary of event.get(5) ?? []) {
      for (const each of fields(summary as Buffer).get(1) ?? []) {
        const value = fields(each as Buffer);
        events.push({ wallTime, step, tag: String(value.get(1)![0]), value: content(value) });
      }
    }
  }
  return { version, starts, events };
}

function content(value: Fields): number | string {
  if (value.has(2)) return (value.get(2)![0] as Buffer).readFloatLE();
  const metadata = fields(value.get(9)![0] as Buffer);
  expect(String(fields(metadata.get(1)![0] as Buffer).get(1)![0])).toBe("text");
  const tensor = fields(value.get(8)![0] as Buffer);
  expect(tensor.get(1)).toEqual([7n]);
  return String(tensor.get(8)![0]);
}
