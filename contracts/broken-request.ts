/** Largest headers of a request that Node reads, its path included. */
const HEADER_KIB = 16;

/** Reasons by the code of Node's parser. It does not say which header or character it was. */
const REASONS: Readonly<Record<string, string | undefined>> = {
  HPE_INVALID_METHOD: 'the request is not HTTP/1.1: it begins with no method of HTTP, such as GET or POST',
  HPE_INVALID_URL: 'the path is missing, or has a character that must be percent-encoded',
  HPE_INVALID_VERSION: 'the request does not say that it is HTTP/1.1 or HTTP/1.0 where its first line ends',
  HPE_PAUSED_H2_UPGRADE: 'the request is HTTP/2, allowed: HTTP/1.1',
  HPE_INVALID_HEADER_TOKEN:
    'a header has a character that none may have: a control character such as NUL, or a space in its name',
  HPE_UNEXPECTED_SPACE: 'a line of the headers begins with a space',
  HPE_CR_EXPECTED: 'a line of the headers does not end with CR LF',
  HPE_LF_EXPECTED: 'a line of the headers does not end with CR LF',
  HPE_UNEXPECTED_CONTENT_LENGTH: 'header Content-Length comes more than once, or beside Transfer-Encoding',
  HPE_INVALID_CONTENT_LENGTH:
    'header Content-Length is not the number of bytes of the body, or comes beside Transfer-Encoding',
  HPE_INVALID_TRANSFER_ENCODING: 'header Transfer-Encoding is not chunked, or comes beside Content-Length',
  HPE_UNEXPECTED_TRANSFER_ENCODING: 'header Transfer-Encoding is not chunked, or comes beside Content-Length',
  HPE_INVALID_CHUNK_SIZE: 'the body does not come in chunks, as header Transfer-Encoding announces',
  HPE_STRICT: 'the body does not come in chunks, as header Transfer-Encoding announces',
};

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
  return { status: 400, title: 'Bad Request', reason: REASONS[code ?? ''] ?? 'the request is not HTTP/1.1' };
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
