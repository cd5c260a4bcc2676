/** An error of the request, or a temporary inability of the gateway. Its message becomes `error` of the answer. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 413 | 415 | 417 | 422 | 499 | 503 | 504,
    message: string,
  ) {
    super(message);
  }
}

export const badRequest = (message: string): RequestError => new RequestError(400, message);
