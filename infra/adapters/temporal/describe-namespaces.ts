import { Connection } from '@temporalio/client';

/** Resolves when the server at the address answers for each of these namespaces, else throws. */
export async function describeNamespaces(address: string, namespaces: readonly string[]): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 2_000 });
  try {
    for (const namespace of namespaces) await connection.workflowService.describeNamespace({ namespace });
  } finally {
    await connection.close();
  }
}
