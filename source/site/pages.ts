import { createHash } from 'node:crypto';
import { html, raw } from 'hono/html';
import { stripControls } from '../format/terminal-text.ts';
import { formatBytes } from '../format/units.ts';
import type { SitePublication } from './site-source.ts';

type Html = ReturnType<typeof html>;

export const publicationsPerPage = 100;

const style = `
:root { color-scheme: light dark; --line: light-dark(#ddd, #333); --faint: light-dark(#666, #999) }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem; overflow-wrap: anywhere }
a { color: light-dark(#0550ae, #79b8ff) }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: baseline; border-bottom: 1px solid var(--line) }
th, td { padding: .4rem 0 .4rem 1.25rem }
th:first-child, td:first-child { padding-left: 0 }
th { color: var(--faint); font-weight: normal }
td { white-space: nowrap }
td.name { overflow-wrap: anywhere; white-space: normal }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums }
td.get a + a { margin-left: .5rem }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem }
dt { color: var(--faint) }
dd { margin: 0; overflow-wrap: anywhere }
@media (max-width: 40rem) {
  .minor { display: none }
  td.get a { display: block }
  td.get a + a { margin-left: 0 }
}
`;

/** Nothing may be loaded or run but the one style sheet above, known by its hash. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A page of the list of what is published. Pages are counted from 1. */
export function listPage(
  publications: readonly SitePublication[],
  { page, pages }: { page: number; pages: number },
): Html {
  if (publications.length === 0) {
    return wholePage('everseed', html`<h1>everseed</h1><p>Nothing is published here yet.</p>`);
  }
  return wholePage(
    'everseed',
    html`<h1>everseed</h1>
<table>
<thead><tr><th scope="col">Name</th><th scope="col" class="number">Size</th><th scope="col" class="number minor">Files</th><th scope="col" class="number minor">Seeds</th><th scope="col" class="number minor">Leechers</th><th scope="col" class="number minor">Completed</th><th scope="col">Get it</th></tr></thead>
<tbody>
${publications.map(row)}</tbody>
</table>
${pages > 1 ? pageLinks(page, pages) : ''}`,
  );
}

function row(publication: SitePublication): Html {
  const { name, size, files, seeds, leechers, completed, magnet } = publication;
  const page = pageOf(publication);
  return html`<tr><td class="name"><a href="${page}"><bdi>${stripControls(name)}</bdi></a></td><td class="number">${formatBytes(size)}</td><td class="number minor">${files}</td><td class="number minor">${seeds}</td><td class="number minor">${leechers}</td><td class="number minor">${completed}</td><td class="get"><a href="${magnet}">magnet</a> <a href="${page}.torrent">.torrent</a></td></tr>
`;
}

function pageOf({ infoHash, infoHashV2 }: SitePublication): string {
  return `/t/${infoHash ?? infoHashV2}`;
}

function pageLinks(page: number, pages: number): Html {
  return html`<nav aria-label="Pages"><p>${
    page > 1 ? html`<a rel="prev" href="/?page=${page - 1}">previous</a> ` : ''
  }page ${page} of ${pages}${
    page < pages ? html` <a rel="next" href="/?page=${page + 1}">next</a>` : ''
  }</p></nav>`;
}

/** All there is to know of one publication. */
export function publicationPage(publication: SitePublication): Html {
  const {
    infoHash,
    infoHashV2,
    size,
    files,
    createdAt,
    comment,
    seeds,
    leechers,
    completed,
    magnet,
  } = publication;
  const name = stripControls(publication.name);
  const published = new Date(createdAt).toISOString();
  return wholePage(
    name,
    html`<nav><p><a href="/">everseed</a></p></nav>
<h1><bdi>${name}</bdi></h1>
<p><a href="${magnet}">Magnet link</a> · <a href="${pageOf(publication)}.torrent">.torrent file</a></p>
<dl>
<dt>Size</dt><dd>${formatBytes(size)} (${size} bytes)</dd>
<dt>Files</dt><dd>${files}</dd>
<dt>Seeds</dt><dd>${seeds}</dd>
<dt>Leechers</dt><dd>${leechers}</dd>
<dt>Completed</dt><dd>${completed}</dd>
<dt>Published</dt><dd><time datetime="${published}">${published.slice(0, 10)}</time></dd>
${infoHash ? html`<dt>Info hash</dt><dd><code>${infoHash}</code></dd>` : ''}
${infoHashV2 ? html`<dt>Info hash v2</dt><dd><code>${infoHashV2}</code></dd>` : ''}
${comment === null ? '' : html`<dt>Comment</dt><dd><bdi>${stripControls(comment.replace(/\s+/g, ' '))}</bdi></dd>`}
</dl>`,
  );
}

export function notFoundPage(): Html {
  return wholePage('Not found', html`<p>This is not published here. <a href="/">What is</a></p>`);
}

function wholePage(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
${body}
</body>
</html>
`;
}
