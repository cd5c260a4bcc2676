import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../operations/lifecycles/report.js';
import type { Backfilled } from '../operations/models/backfill.js';
import type { Started } from '../operations/lifecycles/start.js';
import { toCaller } from '../operations/caller.js';
import { optionsOf, pathOf } from './arguments.js';
import { type ConnectOptions, checkedConnectOptions } from './connect-options.js';
import { checkedFiles } from './files/checked-files.js';
import { type StartOptions, startFile } from './files/start.js';
import { refuseMissingFolder, writeCopy } from './disk/write-copy.js';
import { lazyTransport } from './lazy-transport.js';
import { type Abortable, type Library, openLibrary } from './library.js';
import { toAddress } from './remote/address.js';
import { remoteTransport } from './remote/transport.js';
import { checkSpec } from './spec/check.js';
import { explainSpec } from './spec/explain.js';
import type { ArtifactFiles, Transport } from './transport.js';
import { untilClosed } from './until-closed.js';

/**
 * Every operation as a function. Functions for files of this machine replace the operation of the same name:
 * `lifecycles.start` packs a model file, `lifecycles.report` and `models.backfill` fetch their artifact.
 */
export interface Mainspring extends Omit<Library, 'lifecycles' | 'models' | 'artifacts'> {
  lifecycles: Omit<Library['lifecycles'], 'prepare' | 'start' | 'report'> & {
    /** Check a model file, record it with all files that it names, and start a lifecycle. */
    start(modelFile: string, options?: StartOptions): Promise<Started>;
    /** The evaluation report of a run. `out`: a file to write the HTML to. */
    report(
      run: string,
      options?: { out?: string | undefined } & Abortable,
    ): Promise<Report & { path: string | null }>;
  };
  models: Omit<Library['models'], 'backfill'> & {
    /** Features of the rows of a span, as a Parquet file. `path`: a read-only copy on this machine. */
    backfill(
      model: string,
      options: { from: string; to: string } & Abortable,
    ): Promise<Backfilled & { path: string }>;
  };
  artifacts: Library['artifacts'] & ArtifactFiles;
  specs: {
    /** Check a model file and the files that it names; needs no server. */
    check: typeof checkSpec;
    /** Every field of a model file with its default and meaning; needs no server. */
    explain: typeof explainSpec;
  };
  /** Closes all connections, so that the process can end. */
  close(): Promise<void>;
}

/**
 * The library. No connection is opened before a function needs it.
 *
 * @throws MainspringError `usage` for an option that makes no sense
 */
export function connect(options: ConnectOptions = {}): Mainspring {
  const { environment = {}, config, user, address, cacheDir } = checkedConnectOptions(options);
  const caller = toCaller({ name: user });
  // An empty variable counts as unset.
  const stated = address ?? (config ? undefined : environment['MAINSPRING_ADDRESS'] || undefined);
  if (stated !== undefined)
    return over(
      remoteTransport({
        address: toAddress(stated),
        caller,
        cacheDir: cacheDir ?? join(homedir(), '.cache', 'mainspring'),
      }),
    );
  return over(
    lazyTransport(async () =>
      (await import('./servers/open.js')).openServers({ environment, config }, caller),
    ),
  );
}

function over(opened: Transport): Mainspring {
  const transport = untilClosed(opened);
  const library = openLibrary(transport);
  const files = checkedFiles(transport.files);
  return {
    ...library,
    lifecycles: {
      ...library.lifecycles,
      start: (modelFile, options) => startFile(library, files, modelFile, options),
      report: async (run, options) => {
        const { out, ...rest } = optionsOf('lifecycles.report', options, ['out', 'signal']);
        const path = out === undefined ? null : pathOf('out', out);
        if (path !== null) await refuseMissingFolder(path);
        const found = await library.lifecycles.report(run, rest);
        if (path !== null) await writeCopy(await files.fetch(found.artifact), path);
        return { ...found, path };
      },
    },
    models: {
      ...library.models,
      backfill: async (model, options) => {
        const found = await library.models.backfill(model, options);
        return { ...found, path: await files.fetch(found.table.artifact) };
      },
    },
    artifacts: { ...library.artifacts, ...files },
    specs: { check: checkSpec, explain: explainSpec },
    close: () => transport.close(),
  };
}
