import { MainspringError } from '../errors.js';
import { nearest } from '../nearest.js';
import type { Services } from '../ports/services.js';

/** The error for a budget account that does not exist, with the nearest name and all known ones. */
export async function unknownAccount(services: Services, account: string): Promise<MainspringError> {
  const { books } = await services.records();
  const known = (await books.accounts()).map((view) => view.account);
  const near = nearest(account, known);
  return new MainspringError(
    'not-found',
    `there is no budget account "${account}"`,
    `${near ? `Did you mean "${near}"? ` : ''}Accounts: ${known.join(', ') || 'none'}.`,
  );
}
