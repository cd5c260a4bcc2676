import { DefaultLogger, type Logger } from '@temporalio/worker';
import { type Logger as Pino, pino } from 'pino';
import { build as pretty } from 'pino-pretty';
import type { Config } from '../infra/config.js';
import { type LogMeta, logFields } from './log-fields.js';

/** Structured lines on standard output: JSON for machines, or the same fields formatted for people. */
export function openLogger({ logLevel, logFormat }: Config, pool: string): Pino {
  const options = { level: logLevel, base: { pool } };
  if (logFormat === 'json') return pino(options);
  return pino(
    options,
    pretty({
      colorize: false,
      sync: true,
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'pid,hostname,pool',
    }),
  );
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** The SDK's log lines, including those of workflows and activities, with run, stage and attempt. */
export const temporalLogger = (log: Pino, level: Config['logLevel']): Logger =>
  new DefaultLogger(level.toUpperCase() as Uppercase<Config['logLevel']>, (entry) => {
    const meta = (entry.meta ?? {}) as LogMeta & { error?: unknown };
    log[levels[entry.level]](
      { ...logFields(meta), ...(meta.error === undefined ? {} : { err: meta.error }) },
      entry.message,
    );
  });
