import type { Config } from '../infra/config.js';
import { MainspringError } from '../operations/errors.js';
import { nearest } from '../operations/nearest.js';
import { isFields, optionsOf, pathOf, wrongArgument } from './arguments.js';

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

const FIELDS = [
  'address',
  'environment',
  'config',
  'user',
  'cacheDir',
] as const satisfies (keyof ConnectOptions)[];
const REMEDY =
  "For example: connect({ address: 'http://127.0.0.1:8090', user: 'priya' }). docs/api.md says more.";

function refuseUnless(isRight: boolean, field: string, value: unknown, allowed: string): void {
  if (value !== undefined && !isRight) throw wrongArgument(field, value, allowed, REMEDY);
}

/** @throws MainspringError `usage` naming the option that makes no sense, its value and what is allowed */
export function checkedConnectOptions(options: unknown): ConnectOptions {
  const given = optionsOf('connect', options, FIELDS);
  const unknown = Object.keys(given).find((name) => !FIELDS.some((field) => field === name));
  if (unknown !== undefined) {
    const near = nearest(unknown, FIELDS);
    throw new MainspringError(
      'usage',
      `${unknown} is an unknown option of connect`,
      `${near === undefined ? '' : `Did you mean "${near}"? `}Options: ${FIELDS.join(', ')}.`,
    );
  }
  const { address, environment, config, user, cacheDir } = given;
  for (const [field, value] of Object.entries({ address, user }))
    refuseUnless(typeof value === 'string', field, value, 'a text');
  if (cacheDir !== undefined) pathOf('cacheDir', cacheDir);
  refuseUnless(isFields(config), 'config', config, 'a configuration of loadConfig');
  const isObject = typeof environment === 'object' && environment !== null && !Array.isArray(environment);
  refuseUnless(isObject, 'environment', environment, 'an object of variables, such as process.env');
  for (const [name, value] of Object.entries(environment ?? {}))
    refuseUnless(typeof value === 'string', `environment.${name}`, value, 'a text');
  return given;
}
