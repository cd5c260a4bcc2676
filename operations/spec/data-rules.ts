import { defaultSource, sourceOf } from '../../contracts/spec/default-source.js';
import type { DataCheck } from '../../contracts/checks/data-check.js';
import { declaredColumns } from '../../contracts/spec/declared-columns.js';
import { kindOf } from '../../contracts/checks/kind-of.js';
import type { ModelSpec } from '../../contracts/spec/model-spec.js';
import type { Breach } from './breach.js';
import { sameButForCase } from '../../contracts/same-name.js';

/** Checks of the fields of data that agree with each other only if all are looked at. */
export const dataIsSound = (spec: ModelSpec): Breach[] => [
  ...sourcesDiffer(spec),
  ...checksNameTheirSource(spec),
  ...timesExist(spec),
  ...typesAgree(spec),
  ...columnsDiffer(spec),
];

function sourcesDiffer({ data }: ModelSpec): Breach[] {
  return sameButForCase(Object.keys(data.sources)).map(([name, earlier]) => ({
    path: ['data', 'sources', name],
    message: `"${name}" and "${earlier}" differ in case only, and SQL does not tell them apart`,
    remedy: 'Give each source a name of its own.',
  }));
}

const isOfSource = (check: DataCheck): boolean => kindOf(check).scope !== 'feature';

/** Checks that a check without a source has only one that it can mean. */
function checksNameTheirSource({ data }: ModelSpec): Breach[] {
  const names = Object.keys(data.sources);
  if (names.length === 0 || defaultSource(data.sources) !== '') return [];
  const timed = names.filter((name) => data.sources[name]?.time !== undefined);
  const found =
    timed.length === 0
      ? `none of ${names.join(', ')} has a time column`
      : `${timed.join(' and ')} have a time column`;
  return data.checks.flatMap((check, index): Breach[] =>
    !isOfSource(check) || sourceOf(check, data.sources) !== ''
      ? []
      : [
          {
            path: ['data', 'checks', index],
            message: `${kindOf(check).name} names no source, and ${found}: it does not say which one is checked`,
            remedy: `Add source: ${names.join(' | ')}.`,
          },
        ],
  );
}

/** Checks that a check of freshness looks at a source with event times. */
function timesExist({ data }: ModelSpec): Breach[] {
  return data.checks.flatMap((check, index): Breach[] => {
    const source = data.sources[sourceOf(check, data.sources)];
    return !('fresh' in check) || source === undefined || source.time !== undefined
      ? []
      : [
          {
            path: ['data', 'checks', index, 'fresh'],
            message: `source ${sourceOf(check, data.sources)} has no time column to judge by`,
            remedy: 'Name its event time: data.sources.SOURCE.time.',
          },
        ];
  });
}

const NUMBERS: readonly string[] = ['int', 'float'];
const TIMES: readonly string[] = ['timestamp', 'date'];

/** Checks that each column has one declared type, which fits its use as an event time or in a range. */
function typesAgree(spec: ModelSpec): Breach[] {
  const { data } = spec;
  const declared = declaredColumns(data);
  const typeOf = (source: string, column: string) =>
    declared.find((known) => known.source === source && known.column === column)?.type;
  const found: Breach[] = [];
  for (const { source, column, type, index } of declared) {
    const first = typeOf(source, column);
    const path = ['data', 'checks', index, 'columns', column];
    if (first !== undefined && first !== type)
      found.push({
        path,
        message: `"${column}" of ${source} is declared ${type} here and ${first} before`,
        remedy: 'Declare each column once.',
      });
    if (data.sources[source]?.time === column && !TIMES.includes(type))
      found.push({
        path,
        message: `"${column}" is the event time of ${source} and declared ${type}`,
        remedy: 'Declare it timestamp or date.',
      });
  }
  data.checks.forEach((check, index) => {
    if (!('range' in check)) return;
    const type = typeOf(sourceOf(check, data.sources), check.range.column);
    if (type !== undefined && !NUMBERS.includes(type))
      found.push({
        path: ['data', 'checks', index, 'range', 'column'],
        message: `"${check.range.column}" is declared ${type}, and a range needs a number`,
        remedy: 'Declare it int or float, or take the range out.',
      });
  });
  for (const source of Object.keys(data.sources)) {
    const own = declared.filter((known) => known.source === source);
    for (const [column, earlier] of sameButForCase(own.map((known) => known.column)))
      found.push({
        path: ['data', 'checks', own.find((known) => known.column === column)?.index ?? 0, 'columns', column],
        message: `"${column}" and "${earlier}" differ in case only, and SQL does not tell them apart`,
        remedy: 'Write the column as the source does, and rename one of two columns there.',
      });
  }
  return found;
}

/** Column of the split tables that holds the label, whatever its column in the features is called. */
const LABEL = 'label';

/** Checks that the named columns of the features differ in more than case, and leave the name of the label free. */
function columnsDiffer({ data, features }: ModelSpec): Breach[] {
  const named: [string, (string | number)[]][] = [
    [data.id, ['data', 'id']],
    [data.time, ['data', 'time']],
    [data.unit, ['data', 'unit']],
    [data.label.column, ['data', 'label', 'column']],
    [data.label.availableAt, ['data', 'label', 'availableAt']],
    ...features.set.map((name, at): [string, (string | number)[]] => [name, ['features', 'set', at]]),
    ...features.slices.map((name, at): [string, (string | number)[]] => [name, ['features', 'slices', at]]),
  ];
  const pathOf = (name: string) => named.find(([known]) => known === name)?.[1] ?? [];
  const alike = sameButForCase(named.map(([name]) => name)).map(([name, earlier]) => ({
    path: pathOf(name),
    message: `"${name}" and "${earlier}" differ in case only, and SQL does not tell them apart`,
    remedy: 'Write one column in one way, and give two columns different names.',
  }));
  const taken = named.flatMap(([name, path]): Breach[] =>
    name.toLowerCase() === LABEL && data.label.column.toLowerCase() !== LABEL
      ? [
          {
            path,
            message: `"${name}" is the name of the label in the tables of training and evaluation, and the label is "${data.label.column}"`,
            remedy: 'Give the column another name in features.sql, or name the label so.',
          },
        ]
      : [],
  );
  const timed = features.set.indexOf(data.time);
  const instant =
    timed < 0
      ? []
      : [
          {
            path: ['features', 'set', timed],
            message: `"${data.time}" is the event time, and no model takes an instant`,
            remedy: 'Compute a number of it in features.sql, e.g. hour(ts), and name that.',
          },
        ];
  return [...alike, ...taken, ...instant];
}
