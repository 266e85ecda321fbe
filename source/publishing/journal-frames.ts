import { hash } from 'node:crypto';
import { deserialize, serialize } from 'node:v8';

/*
 * A journal is a row of frames that is only added to: length (4 bytes, big-endian), SHA-256, and a
 * value as V8 writes it. The last one may be torn, by a crash or a power cut; with the digest,
 * nothing is ever taken for what was written but what was.
 */

const headLength = 4 + 32;

/** A value as a frame. */
export function encodeFrame(value: unknown): Uint8Array {
  const body = serialize(value);
  const frame = Buffer.alloc(headLength + body.length);
  frame.writeUInt32BE(body.length);
  frame.set(hash('sha256', body, 'buffer'), 4);
  frame.set(body, headLength);
  return frame;
}

/**
 * The values of the frames that are whole, up to the first that is not. Returns, once it is done,
 * how many bytes those take.
 */
export function* decodeFrames(bytes: Buffer): Generator<unknown, number> {
  let offset = 0;
  while (offset + headLength <= bytes.length) {
    const start = offset + headLength;
    const end = start + bytes.readUInt32BE(offset);
    const body = bytes.subarray(start, end);
    const digest = bytes.subarray(offset + 4, start);
    if (end > bytes.length || !hash('sha256', body, 'buffer').equals(digest)) break;
    yield deserialize(body);
    offset = end;
  }
  return offset;
}
