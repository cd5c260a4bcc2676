import type { RungReport } from '../../../contracts/early-stopping.js';
import type { Progress, Spend } from '../../../contracts/training.js';
import type { Ended } from '../../ports/exit-record.js';
import type { ObjectStore } from '../../ports/object-store.js';

/** A sign of life of one attempt. It decides whether an attempt counts as alive, whatever its backend reports. */
export interface Beat {
  /** RFC 3339, by the clock of the training machine. */
  at: string;
  host: string;
  pid: number;
  progress: Progress | null;
  /** Seconds used so far by this attempt. */
  usage: Spend;
  ended: Ended | null;
  /** The reports of the trial at the rungs that it has reached; only present for trials that may be stopped early. */
  rungs?: RungReport[];
}

export const beatKey = (jobKey: string): string => `beats/${jobKey}`;

export const putBeat = (objects: Pick<ObjectStore, 'put'>, jobKey: string, beat: Beat): Promise<void> =>
  objects.put(beatKey(jobKey), JSON.stringify(beat));

export async function readBeat(objects: Pick<ObjectStore, 'get'>, jobKey: string): Promise<Beat | undefined> {
  const found = await objects.get(beatKey(jobKey));
  return found && (JSON.parse(found.body.toString()) as Beat);
}
