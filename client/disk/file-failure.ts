import { getSystemErrorMap } from 'node:util';
import { failureIn } from '../../contracts/failures.js';
import { visible } from '../../contracts/primitives/visible.js';
import { type ErrorKind, MainspringError } from '../../operations/errors.js';

/** Why a file of this machine cannot be used, in words. */
export interface FileFault {
  kind: ErrorKind;
  /** Undefined if the system does not say which file it is. */
  path: string | undefined;
  /** A sentence without its capital and its full stop. */
  reason: string;
  remedy: string;
}

type Words = Pick<FileFault, 'kind' | 'reason' | 'remedy'>;

const full: Words = {
  kind: 'failed',
  reason: 'the disk is full',
  remedy: 'Free space there, and try again.',
};
const denied: Words = {
  kind: 'refused',
  reason: 'the user of this process has no permission',
  remedy: 'Give this user the permission (`ls -ld` shows it), or name another path.',
};
const tooManyOpen: Words = {
  kind: 'failed',
  reason: 'too many files are open',
  remedy: 'Close other programs, or raise the limit: ulimit -n.',
};

/** The errors of the system that people meet, by their code. */
const WORDS: Record<string, Words> = {
  ENOENT: { kind: 'not-found', reason: 'it does not exist', remedy: 'Correct the path.' },
  ENOTDIR: {
    kind: 'not-found',
    reason: 'a part of its path is a file, not a folder',
    remedy: 'Correct the path.',
  },
  EISDIR: { kind: 'usage', reason: 'it is a folder, not a file', remedy: 'Name a file.' },
  EACCES: denied,
  EPERM: denied,
  EROFS: {
    kind: 'refused',
    reason: 'its file system takes no writes',
    remedy: 'Name a path on another file system.',
  },
  ELOOP: {
    kind: 'refused',
    reason: 'its symbolic links lead in a circle',
    remedy: 'Remove the link, or name another path.',
  },
  ENAMETOOLONG: { kind: 'usage', reason: 'its path is too long', remedy: 'Name a shorter path.' },
  ENOSPC: full,
  EDQUOT: full,
  EMFILE: tooManyOpen,
  ENFILE: tooManyOpen,
};

interface SystemError extends Error {
  code: string;
  syscall: string;
  errno?: number;
  path?: string;
}

const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error &&
  'code' in error &&
  typeof error.code === 'string' &&
  'syscall' in error &&
  typeof error.syscall === 'string';

/** True for an error about a file. Errors of connections and of programs that do not start have no words here. */
const isAboutFile = ({ code, syscall, path }: SystemError): boolean =>
  (path !== undefined && !syscall.startsWith('spawn')) || WORDS[code] === full || WORDS[code] === tooManyOpen;

const otherWords = ({ code, errno }: SystemError): Words => ({
  kind: 'failed',
  reason: `the system says: ${getSystemErrorMap().get(errno ?? 0)?.[1] ?? code}`,
  remedy: 'Look at the file and its disk, or name another path.',
});

/** The fault of a file, from an error of the system. Undefined for every other error. */
export function fileFault(error: unknown): FileFault | undefined {
  if (!isSystemError(error)) return undefined;
  if (error.syscall === 'uv_cwd')
    return {
      kind: 'not-found',
      path: '.',
      reason: 'the current folder was removed',
      remedy: 'Change to a folder that exists.',
    };
  if (!isAboutFile(error)) return undefined;
  return { path: error.path, ...(WORDS[error.code] ?? otherWords(error)) };
}

/**
 * The error for a person when a file cannot be used, from an error of the system. Undefined for every other error.
 *
 * @param path the file as the person named it. Default: as the system names it
 */
export function fileFailure(error: unknown, path?: string): MainspringError | undefined {
  const fault = failureIn(error) ? undefined : fileFault(error);
  if (!fault) return undefined;
  const named = path ?? fault.path ?? 'a file';
  return new MainspringError(
    fault.kind,
    `${visible(named)} cannot be used: ${fault.reason}`,
    fault.remedy,
    undefined,
    { cause: error },
  );
}

/**
 * The result of work with files of this machine. An error of the system becomes a sentence with a remedy; any other
 * error stays as it is.
 */
export async function withFiles<Result>(work: () => Promise<Result>, path?: string): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(error, path) ?? error;
  }
}
