import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMountNames, mountOf, parseMountinfo } from '../../source/disks/mounts.ts';

const mountinfo = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 27 0:40 / /mnt/big\\040disk\\134 rw,relatime shared:9 master:2 - nfs4 server:/x rw
41 27 0:41 / /mnt/b rw - fuse.sshfs x rw
42 27 0:42 / /mnt/b rw - fuse.sshfs y rw
nonsense
`;

test('mounts are read as Linux lists them', () => {
  expect(parseMountinfo(mountinfo)).toEqual([
    { id: '22', path: '/proc' },
    { id: '27', path: '/' },
    { id: '40', path: '/mnt/big disk\\' },
    { id: '41', path: '/mnt/b' },
    { id: '42', path: '/mnt/b' },
  ]);
});

test.each([
  ['/home/me/file', '27'],
  ['/', '27'],
  ['/mnt/big disk\\/file', '40'],
  ['/mnt/big', '27'],
  ['/mnt/b/file', '42'],
  ['/mnt/b', '42'],
])('%s is in the innermost and latest mount', (path, id) => {
  expect(mountOf(parseMountinfo(mountinfo), path)?.id).toBe(id);
});

test('any text is read', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (text, path) => {
      for (const { id } of parseMountinfo(text)) expect(id).not.toBe('');
      mountOf(parseMountinfo(text), path);
    }),
  );
});

test.runIf(process.platform === 'linux')(
  'the mounts of this machine have names of their own',
  () => {
    const nameOf = createMountNames(() => 0);
    expect(nameOf('/proc/self')).not.toBe(nameOf('/etc/hosts/x/y'));
    expect(nameOf('/tmp/a')).toBe(nameOf('/tmp/b'));
  },
);
