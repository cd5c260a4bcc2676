import { describe, expect, it } from 'vitest';
import { knownPaths } from '../../../contracts/known-paths.js';

const paths = knownPaths();
paths.add('/v1/pools/:name', ['POST']);
paths.add('/v1/artifacts/:sha256', ['PUT']);
paths.add('/v1/artifacts/:sha256', ['GET', 'HEAD']);
paths.add('/docs/static/*', ['GET', 'HEAD']);
paths.add('/v1/models/:model', ['GET']);
paths.add('/v1/models/mine', ['POST']);

describe('the methods of a path', () => {
  it.each([
    ['/v1/pools/desk', 'OPTIONS, POST'],
    ['/v1/pools/desk?by=ada', 'OPTIONS, POST'],
    ['/v1/pools/a%2Fb', 'OPTIONS, POST'],
    ['/v1/artifacts/abc', 'GET, HEAD, OPTIONS, PUT'],
    ['/docs/static/page.js', 'GET, HEAD, OPTIONS'],
    ['/v1/models/mine', 'GET, OPTIONS, POST'],
  ])('of %s are %s', (url, allowed) => {
    expect(paths.allowed(url)).toBe(allowed);
  });

  it.each([
    '/',
    '*',
    '/v1/pools',
    '/v1/pools/',
    '/v1/pools/desk/',
    '/v1/pools/a/b',
    '/V1/pools/desk',
    '/v1/poolsx/a',
  ])('are unknown for %s', (url) => {
    expect(paths.allowed(url)).toBeUndefined();
  });
});
