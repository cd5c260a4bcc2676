import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';

/** A schema that the library exports as a type, with the comments of its fields. */
export interface NamedType {
  name: string;
  schema: z.ZodType;
  /** Comment above the type; empty without one. */
  about: string;
  /** Field → comment above it or behind it. */
  fields: Record<string, string>;
}

/** Names and modules of the types that client/index.ts exports. */
const exportsOf = (text: string): { names: string[]; path: string }[] =>
  [...text.matchAll(/^export (?:type )?\{ (.+) \} from '\.\.\/(.+)\.js';$/gm)].map(([, names = '', path = '']) => ({
    names: names.split(', ').map((name) => name.replace(/^type /, '')),
    path: `${path}.ts`,
  }));

const plain = (comment: string): string =>
  comment
    .replaceAll(/^\/\*\*?|\*\/$|^\/\/ ?/g, '')
    .replaceAll(/^\s*\* ?/gm, '')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** The doc comment before a node, else a comment behind it on the same line. */
function commentOf(node: ts.Node, text: string): string {
  const before = ts.getLeadingCommentRanges(text, node.getFullStart())?.at(-1);
  if (before && text.slice(before.pos, before.end).startsWith('/**')) return plain(text.slice(before.pos, before.end));
  const end = text[node.end] === ',' ? node.end + 1 : node.end;
  const [behind] = ts.getTrailingCommentRanges(text, end) ?? [];
  return behind ? plain(text.slice(behind.pos, behind.end)) : '';
}

/** Comments of one declaration: about the type, and about each field of the first object in it. */
function commentsOf(text: string, name: string): Pick<NamedType, 'about' | 'fields'> {
  const source = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true);
  const statement = source.statements.find(
    (one) => ts.isVariableStatement(one) && one.declarationList.declarations.some(({ name: own }) => own.getText() === name),
  );
  const fields: Record<string, string> = {};
  const visit = (node: ts.Node): boolean => {
    if (!ts.isObjectLiteralExpression(node)) return ts.forEachChild(node, visit) ?? false;
    for (const property of node.properties)
      if (ts.isPropertyAssignment(property) || ts.isShorthandPropertyAssignment(property))
        fields[property.name.getText()] = commentOf(property, text);
    return true;
  };
  if (statement) visit(statement);
  return { about: statement ? commentOf(statement, text) : '', fields };
}

/** Types of the library that have a schema, in the order of client/index.ts. */
export async function namedTypes(root: string): Promise<NamedType[]> {
  const found: NamedType[] = [];
  for (const { names, path } of exportsOf(readFileSync(join(root, 'client/index.ts'), 'utf8'))) {
    const module = (await import(join(root, path))) as Record<string, unknown>;
    const text = readFileSync(join(root, path), 'utf8');
    for (const name of names) {
      const schema = module[name];
      if (schema instanceof z.ZodType) found.push({ name, schema, ...commentsOf(text, name) });
    }
  }
  return found;
}
