#!/usr/bin/env node
// A clone has no build step: the command line is compiled as it is loaded.
import { register } from 'tsx/esm/api';

register();
await import('../client/cli.ts');
