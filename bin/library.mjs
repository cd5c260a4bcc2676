// `import { connect } from 'mainspring'`: in a clone the library is compiled first, like the command line.
import { pathToFileURL } from 'node:url';
import { compiled } from './code.mjs';

const library = await import(pathToFileURL(await compiled('client/index')).href);

export const { MainspringError, MainspringFailure, checkSpec, connect, defineModel, explainSpec } = library;
