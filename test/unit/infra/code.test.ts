import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeFile, isBuilt, nodeArguments } from '../../../infra/code.js';

describe('modules of a clone', () => {
  it('are TypeScript, compiled as they are loaded', () => {
    expect(isBuilt).toBe(false);
    expect(codeFile('workers/control')).toMatch(/workers\/control\.ts$/);
    const [flag, loader = '', file = ''] = nodeArguments('workers/control');
    expect(flag).toBe('--import');
    expect(loader).toContain('tsx');
    expect(existsSync(file)).toBe(true);
  });

  it('that are missing are named', () => {
    expect(() => codeFile('workers/nobody')).toThrow(/workers\/nobody\.ts is missing from this copy/);
  });
});
