// The process of one model: the runtime is native code, which only the end of its process can stop. Plain JavaScript, so that
// it starts from a clone as from an installed engine.
import { readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The channel to the parent: frames of four bytes of length and a message. */
const CHANNEL = 3;

/** Ends this process when its parent is gone, also while the runtime occupies the main thread. */
const ORPHAN_WATCH = `
  const { ppid } = process;
  setInterval(() => {
    if (process.ppid !== ppid) process.kill(process.pid, 'SIGKILL');
  }, 1_000);
`;
new Worker(ORPHAN_WATCH, { eval: true });

/** Blocks until the bytes are there: this process has nothing else to do, and an event loop would double the time of a run. */
function read(length) {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length;) {
    const got = readSync(CHANNEL, bytes, at, length - at);
    if (got === 0) process.exit();
    at += got;
  }
  return bytes;
}

function send(message) {
  const body = serialize(message);
  const frame = Buffer.allocUnsafe(4 + body.length);
  frame.writeUInt32LE(body.length);
  body.copy(frame, 4);
  for (let at = 0; at < frame.length;) at += writeSync(CHANNEL, frame, at);
}

let session;

async function load({ path, options }) {
  session = await InferenceSession.create(path, options);
  return { inputs: session.inputMetadata, outputs: session.outputMetadata };
}

async function run({ feeds, wanted }) {
  const tensors = {};
  for (const [name, { type, data, dims }] of Object.entries(feeds))
    tensors[name] = new Tensor(type, data, dims);
  const startedAt = performance.now();
  const answer = await session.run(tensors, wanted);
  const ms = performance.now() - startedAt;
  const outputs = {};
  for (const name of wanted) {
    const { data, dims } = answer[name];
    outputs[name] = { data, dims };
  }
  return { answer: outputs, ms };
}

for (;;) {
  const { id, load: toLoad, run: toRun } = deserialize(read(read(4).readUInt32LE()));
  try {
    send({ id, value: await (toLoad ? load(toLoad) : run(toRun)) });
  } catch (error) {
    send({ id, error: error instanceof Error ? error.message : String(error) });
  }
}
