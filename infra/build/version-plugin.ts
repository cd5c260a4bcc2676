import type { Plugin } from 'esbuild';
import { VERSION } from '../../contracts/version.js';

/** Writes the version into `contracts/version`, so that built code reads no file for it. */
export const versionPlugin: Plugin = {
  name: 'version',
  setup: (build) => {
    build.onLoad({ filter: /[/\\]contracts[/\\]version\.ts$/ }, () => ({
      contents: `export const VERSION = ${JSON.stringify(VERSION)};`,
      loader: 'ts',
    }));
  },
};
