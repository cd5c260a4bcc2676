// `import { connect } from 'mainspring'`: the library is compiled as it is loaded, like the command line.
import { tsImport } from 'tsx/esm/api';

export const { MainspringError, checkSpec, connect, defineModel, explainSpec } = await tsImport(
  '../client/index.ts',
  import.meta.url,
);
