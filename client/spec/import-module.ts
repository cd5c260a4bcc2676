import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MainspringError } from '../../operations/errors.js';

/**
 * Import a module and compile it on the fly. The client package does not include tsx; without it only JavaScript can
 * be read.
 *
 * @throws MainspringError `refused` for a module that throws or does not compile
 */
export async function importModule(file: string): Promise<unknown> {
  const url = pathToFileURL(resolve(file)).href;
  const tsx = await import('tsx/esm/api').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  });
  if (!tsx && !['.js', '.mjs'].includes(extname(file)))
    throw new MainspringError(
      'usage',
      `${file} is TypeScript, and the package tsx that compiles it is not installed`,
      'Run `npm install tsx`, or declare the model in YAML or JavaScript.',
    );
  try {
    return await (tsx ? tsx.tsImport(url, import.meta.url) : import(url));
  } catch (error) {
    throw new MainspringError(
      'refused',
      `${file} cannot be loaded as a module: ${error instanceof Error ? error.message : String(error)}`,
      `Mend the module until \`npx tsx ${file}\` runs without an error.`,
      undefined,
      { cause: error },
    );
  }
}
