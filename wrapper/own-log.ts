import { accessSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** The log of this process and its trainer. */
export interface OwnLog {
  /** The file that holds the whole log. */
  path: string;
  /**
   * Receives the trainer's output. Undefined if the trainer inherits this process's output, which then is the log
   * file itself.
   */
  take: ((output: Readable) => void) | undefined;
  say: (line: string) => void;
  /** Its last lines; empty if it cannot be read. */
  tail: () => Promise<string>;
}

const OUTPUT = '/proc/self/fd/1';
const TAIL_BYTES = 4_096;

async function tailOf(path: string): Promise<string> {
  const file = await open(path).catch(() => undefined);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const position = Math.max(0, size - TAIL_BYTES);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(TAIL_BYTES), position });
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

/** True when standard output and standard error are one readable file. */
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
 * Opens the log. Most backends redirect a job's output to one file: then that file is the log. If the output is a
 * pipe, as in a container, everything is also written to a log file in the folder.
 */
export function openOwnLog(directory: string): OwnLog {
  const framed = (line: string): string => `[mainspring] ${line}\n`;
  if (isOneFile())
    return {
      path: OUTPUT,
      tail: () => tailOf(OUTPUT),
      take: undefined,
      say: (line) => {
        try {
          process.stderr.write(framed(line));
        } catch {
          // The disk is full. What happened is also in the exit record and in the last beat.
        }
      },
    };
  const path = join(directory, 'log.txt');
  const copy = openSync(path, 'a');
  // A closed output must not end the training.
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
    tail: () => tailOf(path),
    take: (output) => void output.on('data', both),
    say: (line) => both(Buffer.from(framed(line))),
  };
}
