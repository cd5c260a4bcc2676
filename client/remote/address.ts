import { MainspringError } from '../../operations/errors.js';

/**
 * The address of an HTTP server, from its text.
 *
 * @throws MainspringError `usage` for any other text
 */
export function toAddress(text: string): string {
  const wrong = new MainspringError(
    'usage',
    `address is "${text}", allowed: an address like http://127.0.0.1:8090`,
    'Take the address of the API that `npm start` prints (MAINSPRING_ADDRESS, --address).',
  );
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw wrong;
  }
  if (url.username !== '' || url.password !== '')
    throw new MainspringError(
      'usage',
      `address has a user or a password before ${url.host}, which the API does not ask for`,
      'Leave them out: the address is shown in messages.',
    );
  if (!['http:', 'https:'].includes(url.protocol) || url.search !== '' || url.hash !== '') throw wrong;
  return url.href.replace(/\/+$/, '');
}
