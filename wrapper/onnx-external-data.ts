import type { FileHandle } from 'node:fs/promises';

/** Messages of the ONNX format that can contain tensors: number of a field → the message in it. */
const FIELDS: Record<string, Record<number, string>> = {
  model: { 7: 'graph', 25: 'function' },
  function: { 7: 'node' },
  graph: { 1: 'node', 5: 'tensor', 15: 'sparse' },
  sparse: { 1: 'tensor', 2: 'tensor' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph', 22: 'sparse', 23: 'sparse' },
  tensor: { 13: 'entry' },
};
const DATA_LOCATION = 14;
const EXTERNAL = 1;

const WINDOW_BYTES = 64 * 1024;
/** Deepest nesting of graphs in graphs, counted in messages. */
const MAX_DEPTH = 64;
const MAX_MESSAGES = 5_000_000;

class Unreadable extends Error {}

/** Bytes of a file, read in windows: a model may be larger than memory. */
function bytesOf(file: FileHandle) {
  let window = Buffer.alloc(0);
  let start = 0;
  async function at(position: number): Promise<number> {
    if (position < start || position >= start + window.length) {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(WINDOW_BYTES), position });
      window = buffer.subarray(0, bytesRead);
      start = position;
    }
    const byte = window[position - start];
    if (byte === undefined) throw new Unreadable();
    return byte;
  }
  return { at };
}

/**
 * The file in which an ONNX model keeps its weights, if it has external data; undefined if it has none, or if the file
 * cannot be read as ONNX, which is found out when it is loaded.
 */
export async function externalDataOf(file: FileHandle, size: number): Promise<string | undefined> {
  const { at } = bytesOf(file);
  let position = 0;
  let messages = 0;

  async function varint(): Promise<number> {
    let value = 0;
    for (let scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = await at(position);
      position += 1;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    throw new Unreadable();
  }
  async function text(length: number): Promise<string> {
    const bytes = [];
    for (let index = 0; index < Math.min(length, 200); index += 1) bytes.push(await at(position + index));
    position += length;
    return Buffer.from(bytes).toString('utf8');
  }

  /** Value of the entry `location`, if this is that entry. */
  async function entry(end: number): Promise<string | undefined> {
    const parts: Record<number, string> = {};
    while (position < end) {
      const tag = await varint();
      if ((tag & 7) !== 2) throw new Unreadable();
      parts[tag >> 3] = await text(await varint());
    }
    return parts[1] === 'location' ? (parts[2] ?? '') : undefined;
  }

  async function message(kind: string, end: number, depth: number): Promise<string | undefined> {
    if (depth > MAX_DEPTH || (messages += 1) > MAX_MESSAGES) throw new Unreadable();
    let location: string | undefined;
    let isExternal = false;
    while (position < end) {
      const tag = await varint();
      const field = Math.floor(tag / 8);
      const wire = tag & 7;
      if (wire === 0) {
        const value = await varint();
        if (kind === 'tensor' && field === DATA_LOCATION && value === EXTERNAL) isExternal = true;
      } else if (wire === 1) position += 8;
      else if (wire === 5) position += 4;
      else if (wire === 2) {
        const length = await varint();
        const next = position + length;
        if (next > end) throw new Unreadable();
        const inner = FIELDS[kind]?.[field];
        if (inner === 'entry') location ??= await entry(next);
        else if (inner !== undefined) {
          const found = await message(inner, next, depth + 1);
          if (found !== undefined) return found;
        }
        position = next;
      } else throw new Unreadable();
    }
    return isExternal ? (location ?? 'unnamed') : undefined;
  }

  try {
    return await message('model', size, 0);
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
