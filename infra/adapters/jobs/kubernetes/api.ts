import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  ServerConfiguration,
  createConfiguration,
} from '@kubernetes/client-node';

/** Time limit of a call. The outcome of a call that takes longer is unknown. */
const CALL_MS = 8_000;

/** Value of MAINSPRING_KUBECONFIG for workers inside the cluster: they use the service account of their pod. */
const IN_CLUSTER = 'in-cluster';

/** Clients whose calls have a time limit, so that a hanging server cannot block an activity. */
export function openApi(kubeconfig: string): { batch: BatchV1Api; core: CoreV1Api } {
  const config = new KubeConfig();
  if (kubeconfig === IN_CLUSTER) config.loadFromCluster();
  else config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(
      `kubeconfig ${kubeconfig} has no current context: set one with kubectl config use-context`,
    );
  const configuration = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request) => {
          request.setSignal(AbortSignal.timeout(CALL_MS));
          return request;
        },
        post: async (response) => response,
      },
    ],
  });
  return { batch: new BatchV1Api(configuration), core: new CoreV1Api(configuration) };
}

interface Status {
  kind?: string;
  reason?: string;
  message?: string;
}

/** The status object of the API server; undefined if the answer came from another server, or if none came. */
function statusObject(error: unknown): Status | undefined {
  if (!(error instanceof ApiException)) return undefined;
  const body: unknown = error.body;
  try {
    const parsed = (typeof body === 'string' ? JSON.parse(body) : body) as Status | null;
    return parsed?.kind === 'Status' ? parsed : undefined;
  } catch {
    return undefined;
  }
}

export const codeOf = (error: unknown): number | undefined =>
  statusObject(error) === undefined ? undefined : (error as ApiException<unknown>).code;

/** True when the API server itself says that the object does not exist. A proxy's 404 does not count. */
export const isNotFound = (error: unknown): boolean =>
  codeOf(error) === 404 && statusObject(error)?.reason === 'NotFound';

const REASON_CHARS = 500;

export function describe(error: unknown): string {
  const said = statusObject(error);
  const code = error instanceof ApiException ? `${error.code} ` : '';
  const message = said?.message ?? (error instanceof Error ? error.message : String(error));
  return `${code}${message}`.slice(0, REASON_CHARS);
}

/** Returns undefined for an object that does not exist. Every other failure is thrown. */
export async function orAbsent<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
