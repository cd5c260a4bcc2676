import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { root } from '../code.js';

/** Write the types of the library as one file. Types of packages stay imports, so that they are one with the user's own. */
export async function bundleDeclarations(out: string): Promise<void> {
  const bundle = await rollup({
    input: join(root, 'client/index.ts'),
    plugins: [dts({ tsconfig: join(root, 'tsconfig.json') })],
    external: (id) => !/^[./]/.test(id),
    onwarn: ({ message }) => {
      throw new Error(`the declarations of the library: ${message}`);
    },
  });
  const { output } = await bundle.generate({ format: 'es' });
  await bundle.close();
  const types = output[0].code;
  if (types.includes('@temporalio/'))
    throw new Error('the declarations of the library name types of Temporal, which its users do not have');
  await writeFile(out, types);
}
