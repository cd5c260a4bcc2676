import { z } from 'zod';
import { freeObjectStorePort, freePort, isFree } from './ports.js';
import { objectStorePorts } from './servers/object-store.js';

interface PortRule {
  title: string;
  variable: string;
  default: number;
  /** All ports that the server opens together with this one. */
  family(port: number): number[];
  free(): Promise<number>;
}

const single = { family: (port: number) => [port], free: freePort };

export const portRules = {
  temporal: { title: 'Temporal', variable: 'MAINSPRING_TEMPORAL_PORT', default: 7233, ...single },
  temporalUi: { title: 'Temporal Web UI', variable: 'MAINSPRING_TEMPORAL_UI_PORT', default: 8233, ...single },
  postgres: { title: 'PostgreSQL', variable: 'MAINSPRING_POSTGRES_PORT', default: 5433, ...single },
  objectStore: {
    title: 'S3',
    variable: 'MAINSPRING_S3_PORT',
    default: 8333,
    family: objectStorePorts,
    free: freeObjectStorePort,
  },
  gateway: { title: 'the gateway', variable: 'MAINSPRING_GATEWAY_PORT', default: 8080, ...single },
  api: { title: 'the API', variable: 'MAINSPRING_API_PORT', default: 8090, ...single },
} as const satisfies Record<string, PortRule>;

export type PortName = keyof typeof portRules;
export type Ports = Record<PortName, number>;

/** A port that another program holds, or a variable that is no port number. The message contains the remedy. */
export class PortError extends Error {
  override readonly name = 'PortError';
}

const Port = z.coerce.number().int().min(1).max(65_535);

export interface PortChoice {
  /** The servers that this stack starts itself. Ports of external servers are ignored. */
  wanted: ReadonlySet<PortName>;
  env: Record<string, string | undefined>;
  /** The ports chosen at the first start. */
  remembered: Record<string, number>;
  /** True replaces a taken port by a free one. Default: false. */
  auto: boolean;
}

/**
 * Choose each port: the variable, else the remembered port, else the default. Every wanted port is free at this
 * moment.
 */
export async function choosePorts({ wanted, env, remembered, auto }: PortChoice): Promise<Ports> {
  const chosen: Partial<Ports> = {};
  // One after the other, because parallel searches could find the same free port.
  for (const name of Object.keys(portRules) as PortName[]) {
    const rule: PortRule = portRules[name];
    const given = env[rule.variable];
    const fixed = given
      ? parsePort(rule.variable, given)
      : (remembered[name] ?? (auto ? undefined : rule.default));
    if (!wanted.has(name)) chosen[name] = fixed ?? rule.default;
    else if (fixed === undefined) chosen[name] = await rule.free();
    else {
      const taken = await firstTaken(rule.family(fixed));
      if (taken === undefined) chosen[name] = fixed;
      else if (auto && !given) chosen[name] = await rule.free();
      else throw new PortError(takenMessage(rule, fixed, taken));
    }
  }
  return chosen as Ports;
}

async function firstTaken(ports: number[]): Promise<number | undefined> {
  const free = await Promise.all(ports.map(isFree));
  return ports.find((_, index) => !free[index]);
}

function parsePort(variable: string, value: string): number {
  const port = Port.safeParse(value);
  if (port.success) return port.data;
  throw new PortError(`${variable} is "${value}", allowed: a port, 1–65535. Set it so, or unset it.`);
}

const takenMessage = (rule: PortRule, port: number, taken: number): string => {
  const opens = taken === port ? '' : `, which comes with ${port},`;
  return (
    `port ${taken} (${rule.title})${opens} is in use by another program on 127.0.0.1. ` +
    `Stop that program, or choose another port: ${rule.variable}=${port + 100} npm start, ` +
    'or let free ports be found: npm start -- --ports auto'
  );
};
