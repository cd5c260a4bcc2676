import { expect, it } from 'vitest';
import { connect } from '../../../client/index.js';

it.each([
  ['no uri and no size', { sha256: '1'.repeat(64) }, 'uri'],
  ['a digest that is a path', { uri: 's3://a/b', sha256: '../../etc', bytes: 1, mediaType: 'x' }, 'sha256'],
  ['nothing', undefined, 'it'],
])('artifacts.fetch refuses a reference with %s, and asks nobody', async (_what, ref, field) => {
  const mainspring = connect({ address: 'http://127.0.0.1:1' });
  await expect(mainspring.artifacts.fetch(ref as never)).rejects.toMatchObject({
    kind: 'usage',
    message: expect.stringContaining(`this is no reference to an artifact: ${field}: `) as string,
    remedy: expect.stringContaining('{uri, sha256, bytes, mediaType}') as string,
  });
});
