import { createConnection } from 'node:net';
import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fileFailure, withFiles } from '../../../../client/disk/file-failure.js';
import { MainspringError } from '../../../../operations/errors.js';

/** An error as Node raises it. */
const systemError = (code: string, syscall = 'open', path: string | undefined = '/data/a.csv') =>
  Object.assign(new Error(`${code}: the words of the system, ${syscall} '${path}'`), { code, syscall, path });

describe('an error about a file', () => {
  it.each([
    ['ENOENT', 'not-found', 'it does not exist'],
    ['ENOTDIR', 'not-found', 'a part of its path is a file, not a folder'],
    ['EISDIR', 'usage', 'it is a folder, not a file'],
    ['EACCES', 'refused', 'the user of this process has no permission'],
    ['EPERM', 'refused', 'the user of this process has no permission'],
    ['EROFS', 'refused', 'its file system takes no writes'],
    ['ELOOP', 'refused', 'its symbolic links lead in a circle'],
    ['ENAMETOOLONG', 'usage', 'its path is too long'],
    ['ENOSPC', 'failed', 'the disk is full'],
    ['EMFILE', 'failed', 'too many files are open'],
  ])('with the code %s is %s: %s', (code, kind, reason) => {
    expect(fileFailure(systemError(code))).toMatchObject({
      kind,
      message: `/data/a.csv cannot be used: ${reason}`,
      remedy: expect.stringMatching(/^[A-Z].*\.$/) as string,
    });
  });

  it('with a rare code has the words of the system, and neither its code nor its call', () => {
    const error = Object.assign(systemError('EIO', 'read'), { errno: -5 });
    expect(fileFailure(error)?.message).toBe('/data/a.csv cannot be used: the system says: i/o error');
  });

  it('is named as the person named the file', () => {
    expect(fileFailure(systemError('ENOENT'), 'a.csv')?.message).toBe(
      'a.csv cannot be used: it does not exist',
    );
  });

  it('of a full disk needs no path', () => {
    const error = systemError('ENOSPC', 'write');
    Reflect.deleteProperty(error, 'path');
    expect(fileFailure(error)?.message).toBe('a file cannot be used: the disk is full');
  });

  it('of a folder that was removed under the process says so', () => {
    const error = systemError('ENOENT', 'uv_cwd');
    Reflect.deleteProperty(error, 'path');
    expect(fileFailure(error)?.message).toBe('. cannot be used: the current folder was removed');
  });
});

describe('another error stays as it is', () => {
  it.each<[string, unknown]>([
    ['of JavaScript', new TypeError('x is undefined')],
    ['of ours', new MainspringError('refused', 'a rule', '')],
    [
      'of ours around one of the system',
      new MainspringError('refused', 'a rule', '', undefined, { cause: systemError('ENOENT') }),
    ],
    ['that is a text', 'ENOENT'],
  ])('%s', async (_what, error) => {
    expect(fileFailure(error)).toBeUndefined();
    await expect(withFiles(() => Promise.reject(error as Error))).rejects.toBe(error);
  });

  it('of a connection', async () => {
    const error = await new Promise((resolve) => createConnection('/nowhere/socket').once('error', resolve));
    expect(error).toMatchObject({ code: 'ENOENT' });
    expect(fileFailure(error)).toBeUndefined();
  });

  it('of a program that is not there', async () => {
    const error = await new Promise((resolve) => spawn('/nowhere/program').once('error', resolve));
    expect(fileFailure(error)).toBeUndefined();
  });
});
