import { describe, expect, it } from 'vitest';
import { Vote } from '../../../contracts/approval.js';
import { CancelRequest } from '../../../contracts/lifecycle.js';
import { OperatorNote } from '../../../contracts/release.js';
import { ExtendStudy, StudyNote } from '../../../contracts/study.js';

const vote = { by: 'maya', role: 'ml-engineer', verdict: 'approve', evidenceDigest: 'a'.repeat(64) };

describe.each([
  ['a vote', Vote, { ...vote, note: 'fine' }, ['by', 'evidenceDigest', 'note']],
  ['a cancel', CancelRequest, { by: 'ada', reason: 'why' }, ['by', 'reason']],
  ['a word to a release', OperatorNote, { by: 'ada', reason: 'why' }, ['by', 'reason']],
  ['a word to a study', StudyNote, { by: 'ada', reason: 'why' }, ['by', 'reason']],
  ['an extension of a study', ExtendStudy, { by: 'ada', trials: 3 }, ['by']],
])('%s', (_what, schema, good, texts) => {
  it('is taken with text of any language', () => {
    expect(schema.safeParse({ ...good, [texts[0] ?? '']: 'Žofie 😀' }).success).toBe(true);
  });

  it.each(['nul\0', 'half \ud83d', 'clears \u001b[2J the screen', 'x'.repeat(2_000)])(
    'is refused with %j in any of its texts, at once and by name',
    (text) => {
      for (const field of texts) {
        const { error } = schema.safeParse({ ...good, [field]: text });
        expect(error?.issues.map(({ path }) => path.join('.'))).toContain(field);
      }
    },
  );
});
