// `require('mainspring')`. In a clone it needs a loader that compiles TypeScript, such as tsx.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const source = join(__dirname, '../client/index.ts');
module.exports = existsSync(source) ? require(source) : require('../dist/client/index.js');
