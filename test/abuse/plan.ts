import type { Finding } from './attack.js';
import { type DoorName, doors } from './doors/index.js';

export const doorNames = Object.keys(doors) as DoorName[];

/** The doors of `--door`: one, or `all`. Empty for an unknown name. */
export const chosen = (door: string): DoorName[] =>
  door === 'all' ? doorNames : doorNames.filter((name) => name === door);

/** Cases of one door, by the weights of those that are tried. At least one. */
export function shareOf(name: DoorName, among: readonly DoorName[], cases: number): number {
  const total = among.reduce((sum, each) => sum + doors[each].weight, 0);
  return Math.max(1, Math.round((cases * doors[name].weight) / total));
}

/** A finding in words, with the command that shows it again. */
export const again = ({ door, seed, path, item, verdict }: Finding): string =>
  [
    `${door}: ${verdict.outcome}: ${verdict.why}`,
    `  item: ${item.length <= 2_000 ? item : `${item.slice(0, 2_000)}… (${item.length} characters)`}`,
    `  again: npm run abuse -- --door ${door} --seed ${seed} ${path === undefined ? '--cases 250' : `--cases 1 --path ${path}`}`,
  ].join('\n');
