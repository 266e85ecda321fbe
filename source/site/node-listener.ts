import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { UnsentBodies } from './unsent-bodies.ts';

/** How a handler sends bytes as they are: a Response would copy them, twice. */
export interface DirectBody {
  /** The body, instead of that of the Response. */
  bytes: Uint8Array | null;
}

type Fetch = (request: Request, direct: DirectBody) => Response | Promise<Response>;

interface NodeListenerOptions {
  /** While so much waits for clients to read it, others are asked to try again later. */
  maxUnsentBytes: number;
  onFault: (error: unknown) => void;
}

const retryAfterSeconds = 10;

/**
 * Serves requests without a body (GET and HEAD; others are refused) from Node's HTTP server by a
 * fetch handler. A handler that throws is a fault: `onFault` is told, and the connection closed.
 */
export function nodeListener(
  fetch: Fetch,
  { maxUnsentBytes, onFault }: NodeListenerOptions,
): RequestListener {
  const unsent = new UnsentBodies();

  const serve = async (request: Request, response: ServerResponse): Promise<void> => {
    const direct: DirectBody = { bytes: null };
    const answer = await fetch(request, direct);
    const body = direct.bytes ?? new Uint8Array(await answer.arrayBuffer());
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    if (answer.status !== 304) response.setHeader('Content-Length', body.length);
    if (response.req.method !== 'HEAD') unsent.add(body, response);
    response.writeHead(answer.status).end(body);
  };

  return (message, response) => {
    if (message.method !== 'GET' && message.method !== 'HEAD') {
      response.writeHead(405, { Allow: 'GET, HEAD', Connection: 'close' }).end();
      return;
    }
    if (unsent.bytes >= maxUnsentBytes) {
      response.writeHead(503, { 'Retry-After': retryAfterSeconds, Connection: 'close' }).end();
      return;
    }
    const request = toRequest(message);
    if (request === null) {
      response.writeHead(400, { Connection: 'close' }).end();
      return;
    }
    serve(request, response).catch((error: unknown) => {
      onFault(error);
      response.destroy();
    });
  };
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
