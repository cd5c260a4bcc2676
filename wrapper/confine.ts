import { mkdir } from 'node:fs/promises';
import type { JobSite } from '../activities/ports/job-order.js';
import { type Confinement, confinementOf } from './confinement.js';
import { homeOf, scratchOf } from './confinement-script.js';
import { giveFolder } from './give-folder.js';
import type { Layout } from './layout.js';

/** A name for programs that ask who they are: the user of a confined trainer is in no list of users. */
const NAME = 'trainer';

/**
 * Confine the trainer of an attempt whose folder is complete.
 *
 * @param say is told if the machine does not allow it
 * @returns variables that differ from those of a trainer that is not confined
 */
export async function confine(
  jobKey: string,
  site: JobSite,
  layout: Layout,
  say: (line: string) => void,
): Promise<{ confinement: Confinement; variables: Record<string, string> }> {
  const [home, scratch] = [homeOf(site), scratchOf(site)];
  if (site.hide !== undefined) for (const folder of [home, scratch]) await mkdir(folder, { recursive: true });
  const confinement = await confinementOf(jobKey, site, layout, process.getuid?.() ?? -1, (uid) =>
    giveFolder(site, layout, uid),
  );
  if (confinement.uid === undefined && !confinement.hasOwnTmp) {
    if (site.hide !== undefined) say(confinement.what);
    return { confinement, variables: {} };
  }
  const variables = { HOME: home, USER: NAME, LOGNAME: NAME };
  return { confinement, variables: { ...variables, TMPDIR: confinement.hasOwnTmp ? '/tmp' : scratch } };
}
