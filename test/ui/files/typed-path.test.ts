import { describe, expect, it } from 'vitest';
import type { FileEntry } from '../../../source/ui/files/list-directory.ts';
import {
  completeTypedPath,
  entriesWith,
  pathFromPaste,
  resolveTypedPath,
} from '../../../source/ui/files/typed-path.ts';

const directory = (name: string): FileEntry => ({ name, kind: 'directory', size: null });
const file = (name: string): FileEntry => ({ name, kind: 'file', size: 1 });

const entries = [directory('images'), directory('.cache'), file('image.iso'), file('notes.txt')];

describe('completing a typed path', () => {
  it('completes what is certain', () => {
    expect(completeTypedPath('/srv/n', entries)).toBe('/srv/notes.txt');
    expect(completeTypedPath('/srv/im', entries)).toBe('/srv/image');
    expect(completeTypedPath('images', entries)).toBe('images/');
    expect(completeTypedPath('/srv/x', entries)).toBe('/srv/x');
  });

  it('leaves hidden files out until a dot asks for them', () => {
    expect(entriesWith('', entries).map(({ name }) => name)).not.toContain('.cache');
    expect(completeTypedPath('~/.', entries)).toBe('~/.cache/');
  });

  it('does not cut a character in two', () => {
    expect(completeTypedPath('', [file('a\u0301x'), file('a\u0300x')])).toBe('');
  });
});

describe('resolving a typed path', () => {
  it('knows home, absolute and relative paths', () => {
    expect(resolveTypedPath('~', '/srv', '/home/me')).toBe('/home/me');
    expect(resolveTypedPath('~/a', '/srv', '/home/me')).toBe('/home/me/a');
    expect(resolveTypedPath('/a/', '/srv', '/home/me')).toBe('/a');
    expect(resolveTypedPath('../a', '/srv', '/home/me')).toBe('/a');
  });
});

describe('a pasted path', () => {
  it('loses what terminals and file managers put around it', () => {
    expect(pathFromPaste("'/srv/my file'\n")).toBe('/srv/my file');
    expect(pathFromPaste('/srv/my\\ file ')).toBe('/srv/my file');
    expect(pathFromPaste('file:///srv/my%20file')).toBe('/srv/my file');
    expect(pathFromPaste('/srv/a\n/srv/b')).toBe('/srv/a');
    expect(pathFromPaste('file://%')).toBe('file://%');
  });
});
