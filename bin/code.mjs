// The code is beside this folder in a clone, and in `dist` in a built package.
import { existsSync } from 'node:fs';

const tree = existsSync(new URL('../infra/code.js', import.meta.url)) ? '..' : '../dist';

export const { root, isBuilt } = await import(`${tree}/infra/code.js`);
export const { compiled } = await import(`${tree}/infra/compile.js`);
