import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { PublicationDetail } from '../../source/control/publications.ts';
import { formatBytes } from '../../source/format/units.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const chromiumFile = '/usr/bin/chromium';
const hasChromium = existsSync(chromiumFile);

/** A name on disk, as it must be shown, and as its `.torrent` must be saved. */
interface Hostile {
  name: string;
  shown: string;
  saved: string;
}

const hostileFile: Hostile = {
  name: '<script>alert(1)<!-- & "quotes".txt',
  shown: '<script>alert(1)<!-- & "quotes".txt',
  saved: '_script_alert(1)_!-- & _quotes_.txt.torrent',
};
const hostileFolder: Hostile = {
  name: `<img src=x onerror=alert(1)> 'folder' & ファイル 🎉`,
  shown: `<img src=x onerror=alert(1)> 'folder' & ファイル 🎉`,
  saved: `_img src=x onerror=alert(1)_ 'folder' & ファイル 🎉.torrent`,
};
/** Shown as it is, it would end in `exe.pdf`. */
const disguised: Hostile = {
  name: 'invoice\u202efdp.exe',
  shown: 'invoice\ufffdfdp.exe',
  saved: 'invoice_fdp.exe.torrent',
};
const hostileComment = '</bdi></dd></dl><script>alert(1)</script><a href="javascript:alert(1)">';

const colourSchemes = ['light', 'dark'] as const;
/** What WCAG asks of text (AA). */
const leastContrast = 4.5;

describe.skipIf(!hasChromium)(
  `in Chromium${hasChromium ? '' : ` (skipped: ${chromiumFile} is not there)`}`,
  { timeout: 60_000 },
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: chromiumFile,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-quic',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
    });

    afterAll(() => browser.close());

    /** A page of the site, and everything it does that it should not. */
    async function open(url: string, options: BrowserContextOptions = {}) {
      const context = await browser.newContext(options);
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const faults: string[] = [];
      page.on('console', (message) => faults.push(`console: ${message.text()}`));
      page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
      page.on('dialog', (dialog) => {
        faults.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on('request', (request) => {
        if (!request.isNavigationRequest()) faults.push(`loads ${request.url()}`);
      });
      await page.goto(url);
      return { page, faults };
    }

    test('the list shows what is published, by names that nothing comes of', async () => {
      const { site, publications } = await publishHostile();
      const { page, faults } = await open(site);
      for (const [{ shown }, publication] of publications) {
        const row = rowOf(page, publication);
        expect(await row.getByRole('link').first().textContent()).toBe(shown);
        const cells = await row.getByRole('cell').allTextContents();
        expect(cells.slice(1, 3)).toEqual([formatBytes(publication.size), `${publication.files}`]);
        const links = row.getByRole('link');
        expect(await links.nth(1).getAttribute('href')).toBe(publication.magnet);
        const torrent = (await links.nth(2).getAttribute('href')) ?? '';
        expect(new URL(torrent, page.url()).href).toBe(publication.torrentUrl);
      }
      expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(0);
      // the style sheet is let through by its hash
      const borders = 'getComputedStyle(document.querySelector("table")).borderCollapse';
      expect(await page.evaluate(borders)).toBe('collapse');
      expect(faults).toEqual([]);
    });

    test('a click on .torrent saves it, whole and under its name', async () => {
      const { site, publications } = await publishHostile();
      const { page, faults } = await open(site);
      for (const [{ saved }, publication] of publications) {
        const file = await download(page, publication);
        expect(file.name).toBe(saved);
        const response = await fetch(publication.torrentUrl);
        expect(response.headers.get('content-type')).toBe('application/x-bittorrent');
        expect(file.bytes.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
      }
      expect(faults).toEqual([]);
    });

    test('a publication has a page of its own', async () => {
      const { site, publications } = await publishHostile();
      const { page, faults } = await open(site);
      for (const [{ shown }, publication] of publications) {
        await rowOf(page, publication).getByRole('link').first().click();
        await page.waitForURL(publication.pageUrl);
        expect(await page.title()).toBe(shown);
        expect(await page.getByRole('heading').textContent()).toBe(shown);
        const facts = await page.locator('dd').allTextContents();
        expect(facts[0]).toBe(`${formatBytes(publication.size)} (${publication.size} bytes)`);
        expect(facts).toContain(publication.infoHash);
        expect(facts.at(-1)).toBe(hostileComment);
        const magnet = page.getByRole('link', { name: 'Magnet link' });
        expect(await magnet.getAttribute('href')).toBe(publication.magnet);
        await page.getByRole('link', { name: 'everseed' }).click();
        await page.waitForURL(site);
      }
      expect(faults).toEqual([]);
    });

    test('nothing is published: the site says so', async () => {
      const everseed = await Everseed.create();
      const { page, faults } = await open(await siteOf(everseed));
      expect(await page.getByRole('heading').textContent()).toBe('everseed');
      expect(await page.getByText('Nothing is published here yet.').isVisible()).toBe(true);
      expect(await page.getByRole('table').count()).toBe(0);
      expect(faults).toEqual([]);
    });

    test('all of it works without JavaScript', async () => {
      const { site, publications } = await publishHostile();
      const { page, faults } = await open(site, { javaScriptEnabled: false });
      for (const [{ shown, saved }, publication] of publications) {
        expect((await download(page, publication)).name).toBe(saved);
        await rowOf(page, publication).getByRole('link', { name: shown }).click();
        await page.waitForURL(publication.pageUrl);
        expect(await page.getByRole('heading').textContent()).toBe(shown);
        await page.goBack();
      }
      expect(faults).toEqual([]);
    });

    test.each(colourSchemes)('its text is readable where all is %s', async (colorScheme) => {
      const { site, publications } = await publishHostile();
      const { page } = await open(site, { colorScheme });
      const backgrounds = new Set<string>();
      for (const url of [site, ...publications.map(([, { pageUrl }]) => pageUrl)]) {
        await page.goto(url);
        const texts = await page.evaluate<ShownText[]>(shownTexts);
        expect(texts.length).toBeGreaterThan(10);
        for (const { text, colour, background } of texts) {
          backgrounds.add(background);
          const readable = contrast(colour, background) >= leastContrast;
          expect({ text, colour, background, readable }).toMatchObject({ readable: true });
        }
      }
      // it does follow the scheme
      const [background = ''] = backgrounds;
      expect(luminance(background) > 0.5).toBe(colorScheme === 'light');
    });

    test('it fits the narrowest of telephones', async () => {
      const { site, publications } = await publishHostile();
      const { page } = await open(site, { viewport: { width: 320, height: 640 } });
      for (const url of [site, ...publications.map(([, { pageUrl }]) => pageUrl)]) {
        await page.goto(url);
        expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBe(320);
      }
    });
  },
);

/** An everseed that publishes what has hostile names: two files and a folder. */
async function publishHostile() {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  await writeRandomFile(join(folder, hostileFile.name), 1_234_567);
  await writeRandomFile(join(folder, disguised.name), 20_000);
  for (const { name } of [hostileFile, disguised]) {
    await writeRandomFile(join(folder, hostileFolder.name, name), 30_000);
  }
  const publications: [Hostile, PublicationDetail][] = [];
  for (const hostile of [hostileFile, hostileFolder, disguised]) {
    const path = join(folder, hostile.name);
    publications.push([hostile, await everseed.publish(path, '--comment', hostileComment)]);
  }
  return { site: await siteOf(everseed), publications };
}

async function siteOf(everseed: Everseed): Promise<string> {
  const { publicHost, http } = await everseed.status();
  return `http://${publicHost}:${http.port}/`;
}

function rowOf(page: Page, { infoHash }: PublicationDetail) {
  return page.getByRole('row').filter({ has: page.locator(`a[href="/t/${infoHash}"]`) });
}

/** What is saved by who clicks on `.torrent` in the list. */
async function download(page: Page, publication: PublicationDetail) {
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    rowOf(page, publication).getByRole('link', { name: '.torrent', exact: true }).click(),
  ]);
  return { name: saved.suggestedFilename(), bytes: await readFile(await saved.path()) };
}

interface ShownText {
  text: string;
  colour: string;
  background: string;
}

/** Run in the page: every text on it with its colour and the one behind it. */
const shownTexts = `(() => {
  const canvas = document.body.appendChild(document.createElement('div'));
  canvas.style.backgroundColor = 'Canvas';
  const canvasColour = getComputedStyle(canvas).backgroundColor;
  canvas.remove();
  const behind = (element) => {
    if (!element) return canvasColour;
    const { backgroundColor } = getComputedStyle(element);
    return backgroundColor === 'rgba(0, 0, 0, 0)' ? behind(element.parentElement) : backgroundColor;
  };
  const hasText = ({ nodeType, data }) => nodeType === Node.TEXT_NODE && data.trim() !== '';
  return [...document.querySelectorAll('body *')]
    .filter((element) => [...element.childNodes].some(hasText))
    .map((element) => ({
      text: element.textContent,
      colour: getComputedStyle(element).color,
      background: behind(element),
    }));
})()`;

/** The contrast ratio of two colours, as WCAG defines it. */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}

function luminance(colour: string): number {
  const channels = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)?.slice(1);
  if (!channels) throw new Error(`${colour} is no opaque colour`);
  const [red = 0, green = 0, blue = 0] = channels.map((channel) => {
    const share = Number(channel) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
