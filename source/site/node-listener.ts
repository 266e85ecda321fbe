import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/**
 * Serves requests without a body (GET and HEAD; others are refused) from Node's HTTP server by a
 * fetch handler. A handler that throws is a fault: `onFault` is told, and the connection closed.
 */
export function nodeListener(
  fetch: (request: Request) => Response | Promise<Response>,
  onFault: (error: unknown) => void,
): RequestListener {
  return (message, response) => {
    if (message.method !== 'GET' && message.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD', Connection: 'close' }).end();
      return;
    }
    const request = toRequest(message);
    if (request === null) {
      response.writeHead(400, { Connection: 'close' }).end();
      return;
    }
    serve(fetch, request, response).catch((error: unknown) => {
      onFault(error);
      response.destroy();
    });
  };
}

async function serve(
  fetch: (request: Request) => Response | Promise<Response>,
  request: Request,
  response: ServerResponse,
): Promise<void> {
  const answer = await fetch(request);
  const body = Buffer.from(await answer.arrayBuffer());
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (answer.status !== 304) response.setHeader('Content-Length', body.length);
  response.writeHead(answer.status).end(body);
}

/** The request as fetch has it; null when its target or a header is none. */
function toRequest(message: IncomingMessage): Request | null {
  const target = (message.url ?? '').replace(/^https?:\/\/[^/?]*/i, '');
  if (!target.startsWith('/')) return null;
  const headers: [string, string][] = Object.entries(message.headers).map(([name, value]) => [
    name,
    String(value),
  ]);
  try {
    // HEAD is answered as GET: Node leaves the body out, and its length is known this way.
    return new Request(`http://site${target}`, { headers });
  } catch {
    return null;
  }
}
