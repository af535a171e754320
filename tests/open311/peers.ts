/** What stands between two towns: a real TCP proxy that can go down, cut the answer off, or a server that is no Open311 at all. */
import { once } from 'node:events';
import { createServer as createHttp, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** `cut-answers`: what is asked arrives on the other side and is done there, but its answer never comes back. */
export type Weather = 'fair' | 'down' | 'cut-answers' | 'silent';

export async function proxyTo(t: TestContext, target: string) {
  const { hostname, port } = new URL(target);
  let weather: Weather = 'fair';
  let cutOnlyPosts = true;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined).on('close', () => sockets.delete(client));
    if (weather === 'down') return client.destroy();
    const upstream = connect(Number(port), hostname);
    sockets.add(upstream);
    upstream.on('error', () => client.destroy()).on('close', () => sockets.delete(upstream));
    let isPost = false;
    client.on('data', (chunk) => {
      isPost ||= chunk.toString('latin1').startsWith('POST');
      upstream.write(chunk);
    });
    client.on('end', () => upstream.end());
    upstream.on('data', (chunk) => {
      const concerns = isPost || !cutOnlyPosts;
      // The answer has come as far as here: the other side has committed.
      if (weather === 'cut-answers' && concerns) return void [client.destroy(), upstream.destroy()];
      if (weather === 'silent' && concerns) return;
      client.write(chunk);
    });
    upstream.on('end', () => client.end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/open311/v2`,
    /** Connections that are open are closed, so that the next request meets the new weather. */
    turn(next: Weather, postsOnly = true) {
      weather = next;
      cutOnlyPosts = postsOnly;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Answers every request with what the function writes; counts the requests by method and path. */
export async function strangeServer(
  t: TestContext,
  answer: (path: string, response: ServerResponse, body: string) => void,
) {
  const asked: string[] = [];
  const server = createHttp((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const path = new URL(request.url ?? '/', 'http://x').pathname;
      asked.push(`${request.method} ${path}`);
      answer(`${request.method} ${path}`, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}
