import { basename, dirname } from 'node:path';

const MOST = 1_000;
const PREFIX = /^(?:\w*Error: )+/;
const LOAD = /^Load model from .+? failed: ?/;
/** Place in the source of the runtime, with the signature of its function. */
const SOURCE = /\/onnxruntime_src\/\S+:\d+ (?:[^\n]*?\)(?: const)?(?: \[with [^\]\n]*\])? )?/g;

/**
 * What onnxruntime says of a model, for people: without the names of error classes, the folders of this machine, and the places in
 * the runtime's own source.
 *
 * @param path of the model's file
 */
export function runtimeReason(error: unknown, path: string): string {
  const said = error instanceof Error ? error.message : String(error);
  const reason = said
    .replace(PREFIX, '')
    .replace(LOAD, '')
    .replaceAll(path, 'the file')
    .replaceAll(`${dirname(path)}/`, '')
    .replaceAll(SOURCE, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replace(/\.$/, '');
  return reason.length <= MOST ? reason : `${reason.slice(0, MOST)}…`;
}

/** The digest of an artifact that was fetched, in brackets; empty for a file of another name. */
export function artifactAt(path: string): string {
  const name = basename(path);
  return /^[0-9a-f]{64}$/.test(name) ? ` (artifact ${name})` : '';
}
