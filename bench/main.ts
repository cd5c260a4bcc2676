// npm run bench -- NAME… | --all | --list. One line of JSON per figure on stdout; everything else goes to stderr.
import { runBenches } from './runner.js';

process.exitCode = await runBenches(process.argv.slice(2), { out: console.log, err: console.error });
