import { type Check, ok } from './check.js';

const MIN_NODE = [20, 19] as const;

export const node: Check = {
  what: 'Node',
  look: async () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isOld = major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
    if (!isOld) return ok(process.versions.node);
    return {
      verdict: 'fail',
      detail: `${process.versions.node} is older than ${MIN_NODE.join('.')}`,
      remedy: 'Install Node 20.19 or newer.',
    };
  },
};
