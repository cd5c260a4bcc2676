/** Largest headers of a request that Node reads, its path included. */
const HEADER_KIB = 16;

/** The reason why bytes on a connection never became a request, with the status of its answer. */
export interface BrokenRequest {
  status: 400 | 408 | 431;
  title: string;
  reason: string;
}

/** @param code of the error that Node's HTTP parser gave */
export function brokenRequest(code: string | undefined, limitMs: number): BrokenRequest {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return {
      status: 408,
      title: 'Request Timeout',
      reason: `the request did not come whole within ${limitMs / 1_000} s`,
    };
  if (code === 'HPE_HEADER_OVERFLOW')
    return {
      status: 431,
      title: 'Request Header Fields Too Large',
      reason: `path and headers have more than ${HEADER_KIB} KiB, the most that is taken`,
    };
  return { status: 400, title: 'Bad Request', reason: 'the request is not HTTP/1.1' };
}

/** The answer to method CONNECT, for which Node would close the connection without one. */
export const NO_PROXY: BrokenRequest = {
  status: 400,
  title: 'Bad Request',
  reason: 'the method is CONNECT, and this server is no proxy',
};

/** Headers that Node would refuse with an answer without a body, unless it is told to leave them to the server. */
interface Headers {
  host?: string | undefined;
  expect?: string | undefined;
}

const CONTINUE = /(?:^|\W)100-continue(?:$|\W)/i;
const MOST_SHOWN = 100;

/** Why a request cannot be answered by its headers, with the status of the answer; undefined if it can. */
export function brokenHeaders(
  { host, expect }: Headers,
  httpVersion: string,
): { status: 400 | 417; reason: string } | undefined {
  if (host === undefined && httpVersion === '1.1')
    return {
      status: 400,
      reason: 'header Host is missing, expected the address that the request is sent to',
    };
  if (expect !== undefined && !CONTINUE.test(expect))
    return {
      status: 417,
      reason: `header Expect is ${JSON.stringify(expect.slice(0, MOST_SHOWN))}, allowed: 100-continue, or no such header`,
    };
  return undefined;
}

/** The parts of a socket that an answer needs. */
interface Connection {
  readonly destroyed: boolean;
  readonly writable: boolean;
  write(text: string): unknown;
  destroySoon(): void;
}

/** Answers a connection whose request reaches no framework, and closes it. */
export function answerAndClose(
  connection: Connection,
  { status, title }: { status: number; title: string },
  type: string,
  body: object,
): void {
  if (connection.destroyed) return;
  const text = JSON.stringify(body);
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    `content-type: ${type}`,
    `content-length: ${new TextEncoder().encode(text).length}`,
    'connection: close',
  ];
  if (connection.writable) connection.write(`${head.join('\r\n')}\r\n\r\n${text}`);
  connection.destroySoon();
}
