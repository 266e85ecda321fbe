import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { looksPasted, splitInput, withoutAlt } from '../../../source/ui/keys/keystroke.ts';

const plain: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

const names = (input: string, key: Partial<Key> = {}) =>
  splitInput(input, { ...plain, ...key }).map(({ name }) => name);

describe('splitting input events into key presses', () => {
  it('splits a burst into its keys', () => {
    expect(names('jjj')).toEqual(['j', 'j', 'j']);
    expect(names('gg\r')).toEqual(['g', 'g', 'enter']);
    expect(names('a \tb\n')).toEqual(['a', 'space', 'tab', 'b', 'enter']);
  });

  it('finds control keys inside a burst', () => {
    expect(names('jj\u001aq')).toEqual(['j', 'j', 'ctrl+z', 'q']);
    expect(names('a\u007f\u001b')).toEqual(['a', 'backspace', 'escape']);
  });

  it('names the keys Ink recognised', () => {
    expect(names('', { downArrow: true })).toEqual(['down']);
    expect(names('', { tab: true, shift: true })).toEqual(['shift+tab']);
    expect(names('c', { ctrl: true })).toEqual(['ctrl+c']);
    expect(names('b', { meta: true })).toEqual(['alt+b']);
    expect(names('', { backspace: true, meta: true })).toEqual(['alt+backspace']);
    expect(names('', { escape: true, meta: true })).toEqual(['escape', 'escape']);
  });

  it('keeps what a person sees as one character together', () => {
    expect(names('e\u0301👩‍👧日')).toEqual(['e\u0301', '👩‍👧', '日']);
  });

  it('makes nothing of keys without a name and of releases', () => {
    expect(names('')).toEqual([]);
    expect(names('', { ctrl: true })).toEqual([]);
    expect(names('j', { eventType: 'release' })).toEqual([]);
  });
});

describe('telling a paste from type-ahead', () => {
  const strokes = (input: string) => splitInput(input, plain);

  it('lets held keys and type-ahead through', () => {
    expect(looksPasted(strokes('j'.repeat(80)))).toBe(false);
    expect(looksPasted(strokes('jjjkkkjjjkkkjjj'))).toBe(false);
    expect(looksPasted(strokes('gg\rdq'))).toBe(false);
    expect(looksPasted(strokes('/debian 12 netinst'))).toBe(false);
    expect(looksPasted(strokes(':copy magnet\r'))).toBe(false);
    expect(looksPasted(strokes('pnordlicht\r\r'))).toBe(false);
  });

  it('sees text', () => {
    expect(looksPasted(strokes('rm -rf /var/lib && echo all of it is gone\r'))).toBe(true);
    expect(looksPasted(strokes('/srv/images/debian-12.7.0-amd64-netinst.iso\rdpq'))).toBe(true);
  });
});

describe('Alt and a key', () => {
  const pressesOf = (name: string) => withoutAlt({ name, text: '' });

  it('may have been Esc and that key, which types what it types', () => {
    const esc = { name: 'escape', text: '' };
    expect(pressesOf('alt+j')).toEqual([esc, { name: 'j', text: 'j' }]);
    expect(pressesOf('alt+日')).toEqual([esc, { name: '日', text: '日' }]);
    expect(pressesOf('alt+space')).toEqual([esc, { name: 'space', text: ' ' }]);
    expect(pressesOf('alt+up')).toEqual([esc, { name: 'up', text: '' }]);
    expect(pressesOf('j')).toBeNull();
  });
});
