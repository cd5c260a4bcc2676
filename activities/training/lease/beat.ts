import type { RungReport } from '../../../contracts/early-stopping.js';
import type { Progress, Spend } from '../../../contracts/training.js';
import type { Ended } from '../../ports/exit-record.js';
import type { ObjectStore } from '../../ports/object-store.js';

/** A sign of life of one attempt. Alive is what says so, not what a backend remembers. */
export interface Beat {
  /** RFC 3339, by the clock of the machine that trains. */
  at: string;
  host: string;
  pid: number;
  progress: Progress | null;
  /** Seconds used so far by this attempt. */
  usage: Spend;
  ended: Ended | null;
  /** What the trial reported at the rungs that it has reached; only where it may be stopped early. */
  rungs?: RungReport[];
}

export const beatKey = (jobKey: string): string => `beats/${jobKey}`;

export const putBeat = (objects: Pick<ObjectStore, 'put'>, jobKey: string, beat: Beat): Promise<void> =>
  objects.put(beatKey(jobKey), JSON.stringify(beat));

export async function readBeat(objects: Pick<ObjectStore, 'get'>, jobKey: string): Promise<Beat | undefined> {
  const found = await objects.get(beatKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as Beat);
}
