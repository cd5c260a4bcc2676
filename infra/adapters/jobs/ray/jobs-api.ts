import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** The used fields of a job's details. Ray sends more, and adds fields with every release. */
export const RayJob = z.object({
  type: z.string(),
  submission_id: z.string().nullish(),
  status: z.enum(['PENDING', 'RUNNING', 'STOPPED', 'SUCCEEDED', 'FAILED']),
  message: z.string().nullish(),
  error_type: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  driver_exit_code: z.int().nullish(),
});
export type RayJob = z.infer<typeof RayJob>;

/** Body of a submission. */
export interface RaySubmission {
  submission_id: string;
  /** Ray runs this line with `/bin/sh -c`. */
  entrypoint: string;
  runtime_env: { env_vars: Record<string, string> };
  metadata: Record<string, string>;
  entrypoint_num_cpus: number;
  entrypoint_num_gpus: number;
  /** Bytes. */
  entrypoint_memory: number;
  entrypoint_resources: Record<string, number>;
}

/** The head did not answer, or the answer came from another server: nothing is known about its jobs. */
export class RayUnreachable extends Error {}

const READ_MS = 10_000;
/** Time limit of a submit, which starts an actor before it answers. */
const SUBMIT_MS = 30_000;
const SHOWN_CHARS = 500;

/** The last line of a traceback, which states the error. */
const lastWords = (body: string): string => {
  const lines = body.trim().split('\n');
  return (lines.at(-1) ?? '').trim().slice(0, SHOWN_CHARS);
};

/**
 * Ray's Jobs REST API. It uses `node:http`, because `fetch` sends the header `sec-fetch-mode`, which Ray takes for
 * a browser's and refuses with 405.
 *
 * @param options.address e.g. `http://head:8265`; may have a path if there is a proxy
 */
export function openRayJobsApi({ address, token }: { address: string; token: string | null }) {
  const base = address.replace(/\/+$/, '');

  async function send(
    method: 'GET' | 'POST',
    path: string,
    { body, timeoutMs = READ_MS }: { body?: unknown; timeoutMs?: number } = {},
  ): Promise<{ status: number; body: string }> {
    const url = new URL(base + path);
    const request = url.protocol === 'https:' ? https.request : http.request;
    const signal = AbortSignal.timeout(timeoutMs);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers: http.OutgoingHttpHeaders = {
      accept: 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(payload === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
    };
    let answer: { status: number; body: string };
    try {
      answer = await new Promise((resolve, reject) => {
        // A new connection for each call. If a kept connection had been closed by the head, the outcome of a submit
        // would be unknown.
        const call = request(url, { method, headers, signal, agent: false }, (response) => {
          text(response).then((whole) => resolve({ status: response.statusCode ?? 0, body: whole }), reject);
        });
        call.once('error', reject);
        call.end(payload);
      });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason = signal.aborted
        ? `no answer within ${timeoutMs / 1000} s`
        : message || (code ?? 'no answer');
      throw new RayUnreachable(`${base}: ${reason}`, { cause: error });
    }
    const { status } = answer;
    if (status === 401 || status === 403)
      throw new RayUnreachable(
        `${base} answers ${status}: ${token === null ? 'it asks for a token; set' : 'it does not take the token of'} MAINSPRING_RAY_TOKEN`,
      );
    if (status >= 300 && status < 400)
      throw new RayUnreachable(
        `${base} answers ${status}: MAINSPRING_RAY_ADDRESS must be the Jobs API itself`,
      );
    return answer;
  }

  const unexpected = ({ status, body }: { status: number; body: string }): RayUnreachable =>
    new RayUnreachable(`${base} answers ${status}: ${lastWords(body)}`);

  function parse<S extends z.ZodType>(schema: S, body: string): z.output<S> {
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch (error) {
      throw new RayUnreachable(`${base} does not answer as Ray does: ${lastWords(body)}`, { cause: error });
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new RayUnreachable(`${base} does not answer as Ray does: ${z.prettifyError(parsed.error)}`);
  }

  /** A 404 of another server does not prove that the job is absent. */
  const isAbsent = ({ status, body }: { status: number; body: string }): boolean =>
    status === 404 && /does not exist/.test(body);

  const pathOf = (jobKey: string): string => `/api/jobs/${encodeURIComponent(jobKey)}`;

  return {
    /**
     * @returns undefined if there is no such job
     * @throws RayUnreachable
     */
    get: async (jobKey: string): Promise<RayJob | undefined> => {
      const answer = await send('GET', pathOf(jobKey));
      if (isAbsent(answer)) return undefined;
      if (answer.status !== 200) throw unexpected(answer);
      return parse(RayJob, answer.body);
    },
    /**
     * Submitted jobs only; drivers that people connected themselves are left out.
     *
     * @throws RayUnreachable
     */
    list: async (): Promise<RayJob[]> => {
      const answer = await send('GET', '/api/jobs/');
      if (answer.status !== 200) throw unexpected(answer);
      const jobs = parse(z.array(z.looseObject({ type: z.string() })), answer.body);
      return jobs
        .filter(({ type }) => type === 'SUBMISSION')
        .map((job) => parse(RayJob, JSON.stringify(job)));
    },
    /** @throws RayUnreachable if the outcome is unknown */
    submit: async (
      submission: RaySubmission,
    ): Promise<{ kind: 'accepted' } | { kind: 'duplicate' } | { kind: 'refused'; reason: string }> => {
      const answer = await send('POST', '/api/jobs/', { body: submission, timeoutMs: SUBMIT_MS });
      if (answer.status === 200) return { kind: 'accepted' };
      // The status is 400 or 500, depending on the version; the text has been the same since 2.0.
      if (/already exists/.test(answer.body)) return { kind: 'duplicate' };
      if (answer.status >= 500) throw unexpected(answer);
      return { kind: 'refused', reason: `${answer.status}: ${lastWords(answer.body)}` };
    },
    /**
     * Succeeds if there is no such job. For a waiting job the answer `stopped: true` is not reliable: the job may
     * run later.
     *
     * @throws RayUnreachable
     */
    stop: async (jobKey: string): Promise<void> => {
      const answer = await send('POST', `${pathOf(jobKey)}/stop`);
      if (answer.status !== 200 && !isAbsent(answer)) throw unexpected(answer);
    },
  };
}
