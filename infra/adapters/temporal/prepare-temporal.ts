import { Connection } from '@temporalio/client';
import { searchAttributeTypes } from '../../../contracts/search-attributes.js';
import type { Config } from '../../config.js';

// Numbers of temporal.api.enums.v1.IndexedValueType.
const indexedValueType = { Keyword: 2, Datetime: 6 } as const;

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Check an external Temporal: it must answer and have our search attributes. */
export async function prepareTemporal({ temporal }: Config): Promise<void> {
  const { address, namespace, tls, apiKey } = temporal;
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address,
      tls,
      connectTimeout: 10_000,
      ...(apiKey === undefined ? {} : { apiKey }),
    });
  } catch (error) {
    throw new Error(
      `Temporal at TEMPORAL_ADDRESS=${address} does not answer (${reason(error)}): ` +
        'check the address, TEMPORAL_TLS and TEMPORAL_API_KEY, or unset TEMPORAL_ADDRESS to have one started here',
      { cause: error },
    );
  }
  try {
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(searchAttributeTypes).filter(([name]) => !known.customAttributes?.[name]);
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing.map(([name, type]) => [name, indexedValueType[type]])),
    });
  } catch (error) {
    const list = Object.entries(searchAttributeTypes).map(([name, type]) => `${name}=${type}`);
    throw new Error(
      `the search attributes could not be registered in namespace "${namespace}" at ${address} (${reason(error)}): ` +
        `register them there first: ${list.join(', ')}`,
      { cause: error },
    );
  } finally {
    await connection.close();
  }
}
