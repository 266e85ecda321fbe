import type { RequestListener } from 'node:http';
import { type Context, Hono } from 'hono';
import { attachment } from './content-disposition.ts';
import { type DirectBody, nodeListener } from './node-listener.ts';
import {
  contentSecurityPolicy,
  listPage,
  notFoundPage,
  publicationPage,
  publicationsPerPage,
} from './pages.ts';
import { RecentBodies } from './recent-bodies.ts';
import type { SiteSource, SiteTorrent } from './site-source.ts';

type Environment = { Bindings: DirectBody };

/** What clients that read slowly, or not at all, may hold in memory together. */
const maxUnsentBytes = 64 * 1024 * 1024;
const maxRecentTorrentBytes = 32 * 1024 * 1024;

/**
 * The site: what is published here, for browsers. `/` lists it, `/t/<info hash>` tells of one
 * publication, `/t/<info hash>.torrent` is its metainfo. `onFault` is told of what goes wrong
 * while a page is made; its reader only learns that something did.
 */
export function createSite(source: SiteSource, onFault: (error: unknown) => void): RequestListener {
  const site = new Hono<Environment>();
  const recentTorrents = new RecentBodies(maxRecentTorrentBytes);

  site.use(async (context, next) => {
    await next();
    context.header('Content-Security-Policy', contentSecurityPolicy);
    context.header('X-Content-Type-Options', 'nosniff');
    context.header('Referrer-Policy', 'no-referrer');
    // The numbers of swarms change all the time, and a .torrent does with the settings.
    context.header('Cache-Control', 'no-cache');
  });

  site.get('/', (context) => {
    const wanted = Number(/^\d+$/.exec(context.req.query('page') ?? '')?.[0] ?? 1);
    const pages = Math.max(1, Math.ceil(source.count() / publicationsPerPage));
    const page = Math.min(pages, Math.max(1, wanted));
    const offset = (page - 1) * publicationsPerPage;
    const shown = source.list({ offset, limit: publicationsPerPage });
    return context.html(listPage(shown, { page, pages }));
  });

  site.get('/t/:file{([0-9a-fA-F]{64}|[0-9a-fA-F]{40})(\\.torrent)?}', (context) => {
    const [infoHash = '', extension] = context.req.param('file').toLowerCase().split('.');
    if (extension !== undefined) {
      const file = source.torrent(infoHash);
      return file ? torrent(context, file, recentTorrents) : context.notFound();
    }
    const publication = source.find(infoHash);
    return publication ? context.html(publicationPage(publication)) : context.notFound();
  });

  site.notFound((context) => context.html(notFoundPage(), 404));
  site.onError((error, context) => {
    onFault(error);
    return context.text('the server failed to make this page\n', 500);
  });

  return nodeListener((request, direct) => site.fetch(request, direct), {
    maxUnsentBytes,
    onFault,
  });
}

function torrent(context: Context<Environment>, file: SiteTorrent, recent: RecentBodies): Response {
  const etag = `"${file.tag}"`;
  context.header('ETag', etag);
  const known = context.req.header('If-None-Match')?.split(/\s*,\s*/) ?? [];
  if (known.some((one) => one === '*' || one.replace(/^W\//, '') === etag)) {
    return context.body(null, 304);
  }
  context.header('Content-Type', 'application/x-bittorrent');
  context.header('Content-Disposition', attachment(file.fileName));
  context.env.bytes = recent.get(file.tag, () => file.bytes());
  return context.body(null);
}
