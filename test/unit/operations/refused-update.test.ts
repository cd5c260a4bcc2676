import { describe, expect, it } from 'vitest';
import { fail } from '../../../contracts/failures.js';
import { UpdateRefused } from '../../../operations/ports/workflows.js';
import { refusedUpdate } from '../../../operations/refused-update.js';

/** A refusal as the adapter gives it, with the remedy of the failure, which is its type's unless it has one of its own. */
const refusal = (remedy?: string) => {
  const cause = fail('InvalidInput', 'it is paused', { remedy });
  return new UpdateRefused(cause.message, cause.remedy, { cause });
};

describe('an update that a workflow refused', () => {
  it('has the remedy of the workflow', () => {
    const error = refusedUpdate('it is paused', refusal('Extend by 5 at most.'), 'Wait.');
    expect(error).toMatchObject({ kind: 'refused', message: 'it is paused', remedy: 'Extend by 5 at most.' });
  });

  it('has the remedy of its operation where the workflow has none but that of its failure type', () => {
    expect(refusedUpdate('x', refusal(), 'Wait.').remedy).toBe('Wait.');
    expect(refusedUpdate('x', new UpdateRefused('x', undefined), 'Wait.').remedy).toBe('Wait.');
  });
});
