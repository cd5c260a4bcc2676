import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { KIND_FOLDERS } from '../../../schema/kind-folders.js';
import { kindIn, kindIndex, kindsOf } from '../../../schema/kind-index.js';
import { kindPage, kindList } from '../../../schema/kind-list.js';
import { readKinds } from '../../../schema/read-kinds.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folders = KIND_FOLDERS.filter(({ folder }) => existsSync(join(root, folder)));
const [checks] = KIND_FOLDERS;

describe.each(folders)('$folder', (folder) => {
  it('has an index of all its kinds that is up to date (npm run generate)', async () => {
    expect(readFileSync(join(root, folder.folder, 'index.ts'), 'utf8')).toBe(await kindIndex(root, folder));
  });

  it('has a page with all its kinds that is up to date (npm run generate)', async () => {
    const page = existsSync(join(root, folder.page)) ? readFileSync(join(root, folder.page), 'utf8') : '';
    expect(page).toBe(kindPage(folder.title, page, await readKinds(root, folder)));
  });

  it('names each kind in the index as its module does', async () => {
    expect((await readKinds(root, folder)).map(({ name }) => name)).toEqual(
      kindsOf(root, folder).map(({ name }) => name),
    );
  });
});

describe('the generated index', () => {
  it('lists the modules that define a kind, by name, and no helper', async () => {
    const place = mkdtempSync(join(tmpdir(), 'mainspring-kinds-'));
    try {
      mkdirSync(join(place, checks!.folder), { recursive: true });
      const write = (file: string, text: string) => writeFileSync(join(place, checks!.folder, file), text);
      write('not-null.ts', "export const notNull = defineCheck({\n  name: 'notNull',\n});\n");
      write('in-order.ts', "export const inOrder = defineCheck({\n  name: 'in_order',\n});\n");
      write('define-check.ts', 'export const defineCheck = (kind) => kind;\n');

      const index = await kindIndex(place, checks!);

      expect(index).toContain("import { notNull } from './not-null.js';");
      expect(index).toContain('in_order: inOrder');
      expect(index).toContain("CHECK_KINDS = ['in_order', 'notNull'] as const");
      expect(index).toContain('CHECK_FORMS = [inOrder.form, notNull.form] as const');
      expect(index).not.toContain('define-check');
    } finally {
      rmSync(place, { recursive: true });
    }
  });

  it('is empty for a folder that does not exist', () => {
    expect(kindsOf('/nowhere', checks!)).toEqual([]);
  });

  it('refuses two kinds in one file', () => {
    const two = 'export const a = defineCheck({});\nexport const b = defineCheck({});\n';
    expect(() => kindIn('both', two, checks!)).toThrow('both.ts defines a and b: give each kind its own file');
  });
});

describe('the generated page', () => {
  const form = z.strictObject({
    near: z.strictObject({ column: z.string().describe('Column | name.') }),
    onFail: z.string(),
  });
  const near = { name: 'near', summary: 'Values are near.', rule: 'All of them.', form };

  it('has a section for each kind with its own options', () => {
    expect(kindList([near])).toBe(
      '### `near`\n\nValues are near.\n\n- Problem types: all\n- Rule: All of them.\n- `column`: Column | name.',
    );
  });

  it('keeps the text before the list', () => {
    expect(kindPage('Checks', '# Checks\n\nHello.\n\n<!-- kinds -->\n\nold\n', [near])).toMatch(
      /^# Checks\n\nHello\.\n\n<!-- kinds -->\n\n### `near`/,
    );
  });
});
