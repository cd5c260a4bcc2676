import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { type Mainspring, connect } from '../../../../client/index.js';

async function answeredBy(answer: (response: ServerResponse) => void): Promise<Mainspring> {
  const server = createServer((_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return connect({ address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

it('an answer that is no JSON is one of another server', async () => {
  const { lifecycles } = await answeredBy((response) => response.end('<html>Welcome</html>'));
  await expect(lifecycles.list()).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(/answered HTTP 200, and not as the API of Mainspring does$/) as string,
  });
});

it('an answer that is cut off is an API that went away', async () => {
  const { lifecycles } = await answeredBy((response) => {
    response.writeHead(200, { 'content-length': 100 });
    response.write('[{"model"');
    setTimeout(() => response.destroy(), 20);
  });
  await expect(lifecycles.list()).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringMatching(/^The API at .* cannot be used: /) as string,
  });
});
