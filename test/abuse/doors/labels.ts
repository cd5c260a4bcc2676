import fc from 'fast-check';
import { defineDoor } from '../door.js';
import { mutated } from '../items/mutated.js';
import { type Json, nastyValue } from '../items/nasty.js';
import { asJson, broken } from '../items/raw.js';
import { type Verdict, isFault, serverError, setAside, stopped } from '../verdict.js';
import { MODEL, errorOf, gatewayWith, verdictOfAnswer } from './gateway-stage.js';

const label = (n: number): Json => ({
  inference_id: `l-${n}`,
  label: n % 2,
  label_ts: '2001-04-05T10:00:00Z',
});

/** Some good labels with bad ones between them. */
const batches = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.array(fc.oneof(mutated(fc.constant(label(7))), nastyValue), { maxLength: 3 }),
  )
  .map(([good, bad]): Json => [...Array.from({ length: good }, (_, n) => label(n)), ...bad]);

/** Most refused labels that an answer lists (docs/serving.md). */
const LISTED = 100;

interface Item {
  body: string;
  path: string;
}
interface Kept {
  accepted: number;
  refused: number;
  refusedLabels: { at: number; reason: string }[];
}

const items: fc.Arbitrary<Item> = fc.oneof(
  {
    weight: 3,
    arbitrary: batches.chain((labels) =>
      fc.constantFrom(
        { body: JSON.stringify({ labels }), path: `/v2/models/${MODEL}/feedback` },
        { body: JSON.stringify({ model: MODEL, labels }), path: '/feedback' },
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: broken(asJson(mutated(fc.constant({ model: MODEL, labels: [label(1), label(2)] })))).map(
      (body) => ({
        body,
        path: '/feedback',
      }),
    ),
  },
);

/** Labels of answered rows. The good labels of a batch with bad ones are kept, and the answer says which were not. */
export const labels = defineDoor<Item>({
  name: 'labels',
  what: 'feedback to the gateway',
  weight: 2,
  open: async () => {
    const { stage, server } = await gatewayWith((own) => own.version(1, 'champion'));
    const post = ({ body, path }: Item) =>
      server.inject({
        method: 'POST',
        url: path,
        headers: { 'content-type': 'application/json' },
        payload: body,
      });
    let sent = 0;

    async function send(item: Item): Promise<Verdict> {
      const answer = await post(item);
      const verdict = partly(answer.body) ?? verdictOfAnswer(answer, errorOf);
      if (isFault(verdict)) return verdict;
      const id = `good-${(sent += 1)}`;
      const good = { inference_id: id, label: 1, label_ts: '2001-04-05T10:00:00Z' };
      const after = await post({ body: JSON.stringify({ model: MODEL, labels: [good] }), path: '/feedback' });
      if (after.statusCode !== 200) return stopped(`a good label afterwards: ${after.body}`);
      const stored = await stage.db
        .selectFrom('labels')
        .select('label')
        .where('inference_id', '=', id)
        .executeTakeFirst();
      return stored?.label === 1
        ? verdict
        : serverError('a good label was accepted, and is not in the database');
    }

    return { items, send, close: () => stage.close() };
  },
});

/** The verdict on a batch of which some labels were kept; undefined for another answer. */
function partly(body: string): Verdict | undefined {
  const { accepted, refused, refusedLabels } = parsed(body);
  if (accepted === undefined || refused === undefined) return undefined;
  if (refusedLabels?.length !== Math.min(refused, LISTED))
    return stopped(`${refused} labels were refused, and the answer names others: ${body}`);
  return accepted > 0 ? setAside(body) : undefined;
}

function parsed(body: string): Partial<Kept> {
  try {
    return JSON.parse(body) as Partial<Kept>;
  } catch {
    return {};
  }
}
