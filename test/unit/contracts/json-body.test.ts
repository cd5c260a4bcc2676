import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../contracts/json-body.js';

const faultOf = (text: string): string => jsonFault(text, (place) => `the body is not JSON: ${place}`);

describe('the reason why a body is refused', () => {
  it.each([
    ['{', /character 2 does not belong|ends too early/],
    ['', /^the body is not JSON: it ends too early$/],
    ['{"a":', /^the body is not JSON: it ends too early$/],
    ['{"a":"b', /^the body is not JSON: it ends too early$/],
    ['{"a" 1}', /^the body is not JSON: its character 6 does not belong there$/],
    ['{} {}', /^the body is not JSON: its character 4 does not belong there$/],
    ['{"a":NaN}', /^the body is not JSON: (it has "N" where that|its character 6)/],
  ])('says where it breaks, and not in the words of a parser: %s', (text, reason) => {
    expect(faultOf(text)).toMatch(reason);
    expect(faultOf(text)).not.toMatch(/Unexpected|position|content-type/);
  });

  it.each([
    '{"__proto__":{"a":1}}',
    '{"a":[{"b":{"\\u005f_proto__":null}}]}',
    '{"a":[null,false,{"__proto__":1}]}',
    '\uFEFF{"__proto__":1}',
  ])('names the field that no object may have: %s', (text) => {
    expect(faultOf(text)).toBe('the name "__proto__" is not allowed');
  });

  it('names a prototype within a constructor, at any depth', () => {
    expect(faultOf('{"a":{"constructor":{"prototype":{}}}}')).toBe(
      'the name "prototype" is not allowed within "constructor"',
    );
  });
});
