import { describe, expect, it } from 'vitest';
import { brokenHeaders } from '../../../contracts/broken-request.js';

describe('the headers of a request', () => {
  it.each(['100-continue', '100-Continue', 'a, 100-continue'])('may expect %s', (expect_) => {
    expect(brokenHeaders({ host: 'a', expect: expect_ }, '1.1')).toBeUndefined();
  });

  it('may not expect anything else, which is shown with its first characters', () => {
    const broken = brokenHeaders({ host: 'a', expect: 'x'.repeat(500) }, '1.1');
    expect(broken).toMatchObject({
      status: 417,
      reason: expect.stringContaining('allowed: 100-continue') as string,
    });
    expect(broken?.reason.length).toBeLessThan(200);
  });

  it('need a host, but not in HTTP/1.0, which some health checks speak', () => {
    expect(brokenHeaders({}, '1.1')).toMatchObject({ status: 400 });
    expect(brokenHeaders({}, '1.0')).toBeUndefined();
  });
});
