import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allFields, explainSpec, showFields } from '../../../../client/spec/explain.js';
import { fieldList } from '../../../../schema/field-list.js';
import { modelJsonSchema } from '../../../../client/spec/schema.js';

const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

describe('spec explain', () => {
  it('shows every field with a meaning', () => {
    expect(allFields().filter(({ description }) => description === '')).toEqual([]);
  });

  it('shows defaults, and what is required', () => {
    const text = showFields(explainSpec('approval'));
    expect(text).toContain(
      '  separation: true  # true | false; True: the person who starts a lifecycle has no vote.',
    );
    expect(text).toContain('  quorum: <map of whole number>  # required;');
  });

  it('knows fields inside lists and maps', () => {
    const paths = allFields().map(({ path }) => path);
    expect(paths).toContain('evaluation.gates[].improvesBy');
    expect(paths).toContain('training.search.space.<name>.float');
    expect(paths).toContain('data.checks[].references.to');
  });

  it('suggests the nearest field for one that it does not know', () => {
    expect(() => explainSpec('trainig.search')).toThrow('has no field "trainig.search"');
    expect.assertions(2);
    try {
      explainSpec('trainig.search');
    } catch (error) {
      expect(error).toMatchObject({
        kind: 'not-found',
        remedy: expect.stringContaining('"training.search"') as string,
      });
    }
  });
});

describe('files made from the contract', () => {
  it('schema/model.schema.json is up to date (npm run schema)', () => {
    expect(JSON.parse(read('schema/model.schema.json'))).toEqual(
      JSON.parse(JSON.stringify(modelJsonSchema())),
    );
  });

  it('docs/spec.md has every field as it is now (npm run schema)', () => {
    expect(read('docs/spec.md').split('<!-- fields -->')[1]?.trim()).toBe(fieldList().trim());
  });
});
