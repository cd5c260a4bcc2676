import { accessSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Where everything that this process and its trainer print can be read again. */
export interface OwnLog {
  /** File with all of it. */
  path: string;
  /** Is to be given the trainer's output; undefined: it inherits ours, which is that file. */
  take: ((output: Readable) => void) | undefined;
  say: (line: string) => void;
}

const OUTPUT = '/proc/self/fd/1';

/** Whether standard output and standard error are one file that can be read. */
function isOneFile(): boolean {
  try {
    const [out, error] = [fstatSync(1), fstatSync(2)];
    accessSync(OUTPUT, constants.R_OK);
    return out.isFile() && out.dev === error.dev && out.ino === error.ino;
  } catch {
    return false;
  }
}

/**
 * Most backends give a job one file for its output: then that is the log, whatever it is called. Where it is a pipe, as
 * in a container, everything is written to the folder's log too on its way out.
 */
export function openOwnLog(directory: string): OwnLog {
  const framed = (line: string): string => `[mainspring] ${line}\n`;
  if (isOneFile())
    return {
      path: OUTPUT,
      take: undefined,
      say: (line) => void process.stderr.write(framed(line)),
    };
  const path = join(directory, 'log.txt');
  const copy = openSync(path, 'a');
  // Nobody may read what we print: that ends no training.
  process.stdout.on('error', () => undefined);
  const both = (chunk: Uint8Array): void => {
    process.stdout.write(chunk);
    try {
      writeSync(copy, chunk);
    } catch {
      // The disk is full.
    }
  };
  return {
    path,
    take: (output) => void output.on('data', both),
    say: (line) => both(Buffer.from(framed(line))),
  };
}
