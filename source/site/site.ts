import { createHash } from 'node:crypto';
import type { RequestListener } from 'node:http';
import { type Context, Hono } from 'hono';
import { attachment } from './content-disposition.ts';
import { nodeListener } from './node-listener.ts';
import { contentSecurityPolicy, listPage, notFoundPage, publicationPage } from './pages.ts';
import type { SiteSource } from './site-source.ts';

/**
 * The site: what is published here, for browsers. `/` lists it, `/t/<info hash>` tells of one
 * publication, `/t/<info hash>.torrent` is its metainfo. `onFault` is told of what goes wrong
 * while a page is made; its reader only learns that something did.
 */
export function createSite(source: SiteSource, onFault: (error: unknown) => void): RequestListener {
  const site = new Hono();

  site.use(async (context, next) => {
    await next();
    context.header('Content-Security-Policy', contentSecurityPolicy);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    // The numbers of swarms change all the time, and a .torrent does with the settings.
    context.header('Cache-Control', 'no-cache');
  });

  site.get('/', (context) => {
    const page = /^\d+$/.exec(context.req.query('page') ?? '')?.[0];
    return context.html(listPage(source.list(), Number(page ?? 1)));
  });

  site.get('/t/:file{[0-9a-fA-F]{40}(\\.torrent)?}', (context) => {
    const infoHash = context.req.param('file').slice(0, 40).toLowerCase();
    if (context.req.param('file').length > 40) return torrent(context, source, infoHash);
    const publication = source.find(infoHash);
    return publication ? context.html(publicationPage(publication)) : context.notFound();
  });

  site.notFound((context) => context.html(notFoundPage(), 404));
  site.onError((error, context) => {
    onFault(error);
    return context.text('the server failed to make this page\n', 500);
  });

  return nodeListener((request) => site.fetch(request), onFault);
}

function torrent(context: Context, source: SiteSource, infoHash: string) {
  const file = source.torrent(infoHash);
  if (!file) return context.notFound();
  const etag = `"${createHash('sha256').update(file.bytes).digest('base64url').slice(0, 22)}"`;
  context.header('ETag', etag);
  const known = context.req.header('If-None-Match')?.split(/\s*,\s*/) ?? [];
  if (known.some((one) => one === '*' || one.replace(/^W\//, '') === etag)) {
    return context.body(null, 304);
  }
  context.header('Content-Type', 'application/x-bittorrent');
  context.header('Content-Disposition', attachment(file.fileName));
  return context.body(new Uint8Array(file.bytes));
}
