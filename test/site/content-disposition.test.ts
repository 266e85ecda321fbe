import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attachment } from '../../source/site/content-disposition.ts';

test('a plain name', () => {
  expect(attachment('Big Buck Bunny.torrent')).toBe(
    `attachment; filename="Big Buck Bunny.torrent"; filename*=UTF-8''Big%20Buck%20Bunny.torrent`,
  );
});

test('a name in Unicode, with underscores for those that read ASCII only', () => {
  expect(attachment("Café (日本)'s.torrent")).toBe(
    `attachment; filename="Caf_ (__)'s.torrent"; filename*=UTF-8''Caf%C3%A9%20%28%E6%97%A5%E6%9C%AC%29%27s.torrent`,
  );
});

test.each([
  ['../../etc/passwd.torrent', '_.._etc_passwd.torrent'],
  ['a\\b/c:d*e?f"g<h>i|j%41.torrent', 'a_b_c_d_e_f_g_h_i_j_41.torrent'],
  ['evil\r\nSet-Cookie: x.torrent', 'evil__Set-Cookie_ x.torrent'],
  ['\u202egpj.torrent', '_gpj.torrent'],
  ['...hidden.torrent', 'hidden.torrent'],
  ['.torrent', 'torrent'],
  ['', 'download'],
  [`${'x'.repeat(300)}.torrent`, `${'x'.repeat(200)}.torrent`],
])('%j is saved as %j', (name, saved) => {
  expect(attachment(name)).toContain(`filename="${saved}"`);
});

test('whatever the name, the header is one of printable ASCII that says the same twice', () => {
  const name = fc.string({
    unit: fc.oneof(fc.string(), fc.constantFrom('\ud800', '\0', '"', '/')),
  });
  fc.assert(
    fc.property(name, (name) => {
      const header = attachment(name);
      const match = /^attachment; filename="([^"\\]+)"; filename\*=UTF-8''([\w.~%-]+)$/.exec(
        header,
      );
      expect(match).not.toBeNull();
      expect(header).toMatch(/^[\x20-\x7e]+$/);
      const saved = decodeURIComponent(match?.[2] ?? '');
      expect(saved).not.toMatch(/[/\\\0]|^\./);
      expect(Buffer.byteLength(saved)).toBeLessThanOrEqual(211);
    }),
  );
});
