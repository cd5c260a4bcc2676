import { describe, expect, it } from 'vitest';
import { Vote } from '../../../../contracts/approval.js';
import { anApi, json } from '../../api/support.js';

const digest = '3f9a41c2'.padEnd(64, '0');
const vote = async (fields: object) => {
  const { api } = await anApi({ records: () => Promise.reject(new Error('the vote was looked at')) });
  return api.inject({
    method: 'POST',
    url: '/v1/approvals/tiny%2F1/votes',
    headers: json,
    payload: JSON.stringify({ by: 'maya', verdict: 'approve', ...fields }),
  });
};

describe('the evidence that a vote names', () => {
  it.each([
    ['three digits', '3f9', '"3f9"'],
    ['no hex', 'the newest', '"the newest"'],
    ['capitals', digest.toUpperCase(), '"3F9A'],
    ['more than a digest', `${digest}0`, '"3f9a'],
    ['a short form in an interface', '3f9a41c2…', '"3f9a41c2…"'],
    ['spaces around it', ' 3f9a41c2', '" 3f9a41c2"'],
    ['nothing', '', '""'],
  ])('is refused before anything is looked at: %s', async (_what, evidenceDigest, found) => {
    const response = await vote({ evidenceDigest });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      kind: 'usage',
      issues: [
        {
          path: 'evidenceDigest',
          message: expect.stringMatching(
            new RegExp(`^is ${found}.*, allowed: 8 to 64 digits of lower-case hex`),
          ) as string,
          remedy: expect.stringContaining('`mainspring approvals`') as string,
        },
      ],
      remedy: expect.stringContaining('leave it out') as string,
    });
  });

  it('is refused as a number, which has lost its leading zeros', async () => {
    const response = await vote({ evidenceDigest: 12_345_678 });
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({
      detail: expect.stringMatching(/^evidenceDigest is 12345678, allowed: 8 to 64 digits/) as string,
    });
  });

  it.each([digest, digest.slice(0, 8), undefined])('may be %s', async (evidenceDigest) => {
    expect((await vote({ evidenceDigest })).statusCode).toBe(500);
  });

  it('is refused in plain words where a person sends it to the workflow', () => {
    const parsed = Vote.safeParse({
      by: 'a',
      role: 'ml-engineer',
      verdict: 'approve',
      evidenceDigest: '3f9',
    });
    expect(parsed.error?.issues).toMatchObject([
      { path: ['evidenceDigest'], message: expect.stringMatching(/^8 to 64 digits/) as string },
    ]);
  });
});
