import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';

const HEAD = 4;

/** A message as the channel to a model's process carries it: four bytes of length, then the message. */
export function frameOf(message: object): Buffer {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(HEAD + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, HEAD);
  return frame;
}

/** Call `each` with every message that comes. */
export function readFrames(socket: Socket, each: (message: unknown) => void): void {
  let parts: Buffer[] = [];
  let [held, wanted] = [0, HEAD];
  socket.on('data', (bytes: Buffer) => {
    parts.push(bytes);
    held += bytes.length;
    if (held < wanted) return;
    let all = parts.length === 1 ? bytes : Buffer.concat(parts);
    for (;;) {
      wanted = all.length < HEAD ? HEAD : HEAD + all.readUInt32LE();
      if (all.length < wanted) break;
      each(deserialize(all.subarray(HEAD, wanted)));
      all = all.subarray(wanted);
    }
    [parts, held] = [[all], all.length];
  });
}
