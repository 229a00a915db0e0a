// What goes through the pipes between python/throughline_envs and this process. A request is a header of 16 bytes, an answer one of 24,
// each with JSON and then values behind it; numbers are little-endian.

/** Calls by their numbers. */
export const CALLS = ["make", "reset", "step", "render", "close"] as const;

/** Bytes of a request's header. */
export const REQUEST_BYTES = 16;
const ANSWER_BYTES = 24;

/** Header of a request. */
export interface RequestHeader {
  readonly call: (typeof CALLS)[number];
  /** Number of the environment; what `make` gives. */
  readonly env: number;
  readonly textBytes: number;
  readonly valueBytes: number;
}

export function requestHeader(bytes: Buffer): RequestHeader {
  return {
    call: CALLS[bytes.readUInt8(0)]!,
    env: bytes.readUInt32LE(4),
    textBytes: bytes.readUInt32LE(8),
    valueBytes: bytes.readUInt32LE(12),
  };
}

/** Answer to a request. */
export interface ServedAnswer {
  /** Becomes JSON. */
  readonly message?: unknown;
  readonly values?: readonly Uint8Array[];
  readonly reward?: number;
  readonly terminated?: boolean;
  readonly truncated?: boolean;
  /** True if `message` is a failure, with its code and its sentence. */
  readonly failed?: boolean;
}

/** An answer as bytes, in parts. */
export function answerParts(answer: ServedAnswer): readonly Uint8Array[] {
  const { message, values = [], reward = 0, terminated = false, truncated = false, failed = false } = answer;
  const text = Buffer.from(message === undefined ? "" : JSON.stringify(message));
  const header = Buffer.alloc(ANSWER_BYTES);
  header.writeUInt8(Number(failed), 0);
  header.writeUInt8(Number(terminated), 1);
  header.writeUInt8(Number(truncated), 2);
  header.writeUInt32LE(text.length, 4);
  header.writeUInt32LE(
    values.reduce((sum, { byteLength }) => sum + byteLength, 0),
    8,
  );
  header.writeDoubleLE(reward, 16);
  return [header, text, ...values];
}
