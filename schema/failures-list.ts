import { EXIT_CODE, FAILURES, type FailureEntry } from '../contracts/failure-register.js';
import { item, wrap } from './wrap.js';

const retried = ({ retriedBy = [] }: FailureEntry): string =>
  retriedBy.length === 0 ? 'not retried' : `retried by ${retriedBy.map((setting) => `\`${setting}\``).join(' and ')}`;

/** The register of failures as the list of docs/failures.md. */
export const failuresList = (): string =>
  Object.entries<FailureEntry>(FAILURES)
    .map(([type, entry]) =>
      [
        `### ${type}`,
        '',
        wrap(entry.meaning),
        '',
        item(`Remedy: ${entry.remedy}`),
        item(`Exit code ${EXIT_CODE[entry.kind]}, HTTP ${entry.http}, ${retried(entry)}`),
      ].join('\n'),
    )
    .join('\n\n');
