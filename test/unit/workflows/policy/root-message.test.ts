import { describe, expect, it } from 'vitest';
import { FailureType, fail } from '../../../../contracts/failures.js';
import { messageAndRemedy, rootMessage } from '../../../../workflows/policy/root-message.js';

const carried = (cause: Error) => new Error('Activity task failed', { cause });

describe('the text of an error in a record that people read', () => {
  it('is the message of our failure and its own remedy', () => {
    const error = carried(
      fail(FailureType.DataRejected, 'clean.sql leaves no row', { remedy: 'Look at it.' }),
    );
    expect(rootMessage(error)).toBe('clean.sql leaves no row');
    expect(messageAndRemedy(error)).toBe('clean.sql leaves no row. Look at it.');
  });

  it('has the remedy on a line of its own below a message of several lines', () => {
    const error = fail(FailureType.TrainerFailed, 'it failed\nLast lines of its log:\nboom', {
      remedy: 'Mend it.',
    });
    expect(messageAndRemedy(error)).toBe('it failed\nLast lines of its log:\nboom\nMend it.');
  });

  it('is the innermost message of an error that is none of ours', () => {
    expect(messageAndRemedy(carried(new Error('the disk is full')))).toBe('the disk is full');
  });
});
