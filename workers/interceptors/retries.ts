// Part of the workflow bundle, so it runs in the sandbox.
import {
  getCurrentDetails,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { SignalDefinition } from '@temporalio/common';
import type { WorkflowInterceptors } from '@temporalio/workflow';
import { visible } from '../../contracts/primitives/visible.js';
import { Retrying, retrying } from '../../contracts/retrying.js';
import { SearchAttribute } from '../../contracts/search-attributes.js';

/** Longest value of the search attribute. */
const MAX_ATTRIBUTE_CHARS = 200;

/** A foreign text as code in one line of Markdown. */
const code = (text: string): string => `\`${visible(text).replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;

const line = ({ activity, attempt, since, reason }: Retrying): string =>
  `- \`${activity}\`, attempt ${attempt}, since ${since}: ${code(reason)}`;

/** Markdown that lists the retries of a workflow with their remedy. It stands above the workflow's own details. */
const bannerOf = (all: Retrying[]): string =>
  all.length === 0
    ? ''
    : [
        '**Is tried again and again.** It goes on by itself when the cause is gone: `mainspring doctor` looks for it. To try at',
        'once: `mainspring retry <run>`; to end the run: `mainspring fail <run>` or `mainspring cancel <run>`.',
        '',
        ...all.map(line),
        '',
        '',
      ].join('\n');

/**
 * Shows what is tried again for a workflow: in its current details and in a search attribute. Its workers tell it by a signal;
 * without one this costs no event.
 */
export function openRetries(): { receive: () => void; interceptors: WorkflowInterceptors } {
  /** Pending activities by their ids. */
  const pending = new Set<string>();
  const told = new Map<string, Retrying>();
  let banner = '';

  function tag(): void {
    const names = [...new Set([...told.values()].map(({ activity }) => activity))].sort().join(',');
    upsertSearchAttributes([
      { key: SearchAttribute.Retrying, value: names.slice(0, MAX_ATTRIBUTE_CHARS) || null },
    ]);
  }

  function over(id: string): void {
    pending.delete(id);
    if (told.delete(id)) tag();
  }

  /** Does not wrap the promise, because that would delay its consumers and change the order of commands. */
  function follow(id: string, ended: Promise<unknown>): Promise<unknown> {
    pending.add(id);
    void ended.then(
      () => over(id),
      () => over(id),
    );
    return ended;
  }

  return {
    receive: () =>
      setHandler(
        { name: retrying.name, type: 'signal' } as SignalDefinition<[unknown]>,
        (sent) => {
          const heard = Retrying.safeParse(sent);
          // Anybody may send a signal, and the activity may have ended meanwhile.
          if (!heard.success)
            return log.warn(`signal ${retrying.name} ignored`, { fault: heard.error.message });
          const { activityId } = heard.data;
          if (!pending.has(activityId)) return;
          const isNew = !told.has(activityId);
          told.set(activityId, heard.data);
          if (isNew) tag();
        },
        { description: 'A worker tells that an activity has been tried again for more than a minute.' },
      ),
    interceptors: {
      outbound: [
        {
          scheduleActivity: (input, next) =>
            follow(input.options.activityId ?? String(input.seq), next(input)),
          scheduleLocalActivity: (input, next) => follow(String(input.seq), next(input)),
        },
      ],
      internals: [
        {
          concludeActivation: (input, next) => {
            const details = getCurrentDetails();
            const own = banner !== '' && details.startsWith(banner) ? details.slice(banner.length) : details;
            banner = bannerOf([...told.values()]);
            if (banner + own !== details) setCurrentDetails(banner + own);
            return next(input);
          },
        },
      ],
    },
  };
}
