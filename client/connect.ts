import { copyFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../infra/config.js';
import type { Report } from '../operations/lifecycles/report.js';
import type { Backfilled } from '../operations/models/backfill.js';
import type { Started } from '../operations/lifecycles/start.js';
import { toCaller } from '../operations/caller.js';
import { checkedFiles } from './files/checked-files.js';
import { type StartOptions, startFile } from './files/start.js';
import { lazyTransport } from './lazy-transport.js';
import { type Abortable, type Library, openLibrary } from './library.js';
import { toAddress } from './remote/address.js';
import { remoteTransport } from './remote/transport.js';
import { checkSpec } from './spec/check.js';
import { explainSpec } from './spec/explain.js';
import type { ArtifactFiles, Transport } from './transport.js';

/** Selects the installation. Default: the servers of the local stack that runs here or in a folder above. */
export interface ConnectOptions {
  /** Address of the HTTP API, e.g. `http://127.0.0.1:8090`. No other setting is needed then. */
  address?: string | undefined;
  /**
   * The variables of docs/operating.md, e.g. `process.env`. `MAINSPRING_ADDRESS` has the same effect as `address`.
   * Without it the variables name the servers.
   */
  environment?: Record<string, string | undefined> | undefined;
  config?: Config | undefined;
  /** Name of the acting person, for the record. It is asserted, not proved. Default: each operation needs `by`. */
  user?: string | undefined;
  /** Folder for local copies of artifacts, if an address is used. Default: `~/.cache/mainspring`. */
  cacheDir?: string | undefined;
}

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

/** The library. No connection is opened before a function needs it. */
export function connect({ environment = {}, config, user, ...options }: ConnectOptions = {}): Mainspring {
  const caller = toCaller({ name: user });
  const stated = options.address ?? (config ? undefined : environment['MAINSPRING_ADDRESS']);
  if (stated !== undefined && stated !== '') {
    const cacheDir = options.cacheDir ?? join(homedir(), '.cache', 'mainspring');
    return over(remoteTransport({ address: toAddress(stated), caller, cacheDir }));
  }
  return over(
    lazyTransport(async () =>
      (await import('./servers/open.js')).openServers({ environment, config }, caller),
    ),
  );
}

function over(transport: Transport): Mainspring {
  const library = openLibrary(transport);
  const files = checkedFiles(transport.files);
  return {
    ...library,
    lifecycles: {
      ...library.lifecycles,
      start: (modelFile, options) => startFile(library, files, modelFile, options),
      report: async (run, { out, ...options } = {}) => {
        const found = await library.lifecycles.report(run, options);
        if (out !== undefined) await copyFile(await files.fetch(found.artifact), out);
        return { ...found, path: out ?? null };
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
