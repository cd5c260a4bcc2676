import { type SignatureInput, featureTypeOf } from '../../contracts/signature.js';
import { quoted } from '../../contracts/sql-text.js';
import type { SqlSession } from '../ports/sql-engine.js';

/**
 * The inputs of the model's signature, from the columns of the feature table. Floats are always nullable (NaN). Other
 * features are nullable if a row has no value.
 *
 * @throws RangeError for a column type that no model takes; `buildFeatures` refuses such a table earlier
 */
export async function signatureInputs(
  session: SqlSession,
  view: string,
  features: string[],
  types: Record<string, string>,
): Promise<SignatureInput[]> {
  const nulls = features.map((name, i) => `count(*) > count(${quoted(name)}) AS n${i}`);
  const [found = {}] = await session.rows(`SELECT ${nulls.join(', ')} FROM ${view}`);
  return features.map((name, i) => {
    const type = featureTypeOf(types[name] ?? '');
    if (type === undefined)
      throw new RangeError(
        `feature ${name} is ${types[name] ?? 'missing'}: cast it to a type that a model takes`,
      );
    const isFloat = type === 'float32' || type === 'float64';
    return { name, type, nullable: isFloat || found[`n${i}`] === true };
  });
}
