import { setTimeout as pause } from 'node:timers/promises';

export interface Traffic {
  /** Inference ids that were answered, with the times of request and answer. */
  answered: Map<string, { askedAt: number; answeredAt: number }>;
  /** Number of unanswered requests: a gateway was down, or had no champion yet. */
  unanswered: () => number;
  stop: () => Promise<void>;
}

const ROWS = 8;
const EVERY_MS = 100;

/** A client that sends requests continuously, each with a new id. A failed request is not repeated. */
export function startTraffic(gateway: string, model: string, width: number, name: string): Traffic {
  const answered: Traffic['answered'] = new Map();
  const stopping = new AbortController();
  let unanswered = 0;

  async function ask(n: number): Promise<void> {
    const ids = Array.from({ length: ROWS }, (_, row) => `${name}-${n}-${row}`);
    const data = Array.from({ length: ROWS * width }, (_, i) => ((n + 1) * (i + 3)) % 11);
    const askedAt = Date.now();
    const response = await fetch(`${gateway}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: ids[0],
        parameters: { inference_ids: ids, entities: ids },
        inputs: [{ name: 'features', shape: [ROWS, width], datatype: 'FP32', data }],
      }),
      signal: AbortSignal.timeout(20_000),
    });
    await response.text();
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    for (const id of ids) answered.set(id, { askedAt, answeredAt: Date.now() });
  }

  async function loop(): Promise<void> {
    for (let n = 0; !stopping.signal.aborted; n += 1) {
      await ask(n).catch(() => (unanswered += 1));
      await pause(EVERY_MS);
    }
  }
  const looping = loop();
  return {
    answered,
    unanswered: () => unanswered,
    stop: async () => {
      stopping.abort();
      await looping;
    },
  };
}
