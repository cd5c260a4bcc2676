import type { VersionView } from '../../contracts/registry.js';
import { day, showMetrics } from '../output/figures.js';
import type { Paint } from '../output/paint.js';
import { table } from '../output/table.js';
import { defineCommand } from './command.js';

function show(view: VersionView, paint: Paint): string {
  const rows: [string, string][] = [
    ['aliases', view.aliases.join(', ') || 'none'],
    ['run', view.run],
    ['made', view.createdAt],
    ['metrics', showMetrics(view.metrics)],
    ...view.decisions.map(({ gate, verdict, reason }): [string, string] => [
      'gate',
      `${gate}: ${verdict} – ${reason}`,
    ]),
    ['parameters', JSON.stringify(view.params)],
    ['artifact', `${view.artifact.uri} (${view.artifact.bytes} bytes)`],
    ['spec', view.specDigest],
    ['code', view.codeDigest],
    ['environment', view.environmentDigest],
    ...Object.entries(view.dataDigests).map(([name, digest]): [string, string] => [`data ${name}`, digest]),
  ];
  return [
    paint.strong(`${view.model} version ${view.version}`),
    table(
      [],
      rows.map(([name, value]) => [paint.faint(name), value]),
    ),
  ].join('\n');
}

export const model = defineCommand({
  usage: 'model <name>',
  summary: 'Versions of a model, or one of them with where it came from',
  options: (yargs) =>
    yargs.positional('name', {
      type: 'string',
      demandOption: true,
      describe: '<model>, <model>@<alias> or <model>@<version>',
    }),
  run: async ({ name }, { mainspring, paint }) => {
    const view = await mainspring().models.get(name);
    if (view.version) return { json: view.version, text: show(view.version, paint) };
    const rows = view.versions.map((version) => [
      String(version.version),
      version.aliases.join(', '),
      version.run,
      day(version.createdAt),
      showMetrics(version.metrics),
    ]);
    const head = ['version', 'aliases', 'run', 'made', 'metrics'].map(paint.faint);
    return {
      json: view.versions,
      text: view.versions.length === 0 ? `${view.model} has no version yet.` : table(head, rows),
    };
  },
});
