import { describe, expect, test } from 'vitest';
import { type Encodable, Encoded, encode, SortedEntries } from '../../source/bencode/encode.ts';

const encoded = (value: Encodable) => Buffer.from(encode(value)).toString('latin1');

describe('encode', () => {
  test('writes every kind of value', () => {
    expect(encoded('hello world!')).toBe('12:hello world!');
    expect(encoded('ä€😀')).toBe(`9:${Buffer.from('ä€😀').toString('latin1')}`);
    expect(encoded(new Uint8Array([0, 255]))).toBe('2:\x00\xff');
    expect(encoded(12345)).toBe('i12345e');
    expect(encoded(-0)).toBe('i0e');
    expect(encoded(-9007199254740993n)).toBe('i-9007199254740993e');
    expect(encoded(['apple', 'orange', 'pear', 'grape'])).toBe('l5:apple6:orange4:pear5:grapee');
    expect(encoded({ myname: ['andrew', 'wang'], dozen: 12, apple: 'red', banana: 'yellow' })).toBe(
      'd5:apple3:red6:banana6:yellow5:dozeni12e6:mynamel6:andrew4:wangee',
    );
  });

  test('sorts keys by their raw bytes', () => {
    const keys = ['b', '\xff', 'a', 'ab', '', 'B', '\x80'];
    expect(encoded(new Map(keys.map((key) => [key, 0])))).toBe(
      'd0:i0e1:Bi0e1:ai0e2:abi0e1:bi0e1:\x80i0e1:\xffi0ee',
    );
  });

  test('leaves out what is undefined', () => {
    expect(encoded({ a: undefined, b: 1 })).toBe('d1:bi1ee');
  });

  test('writes encoded values as they are', () => {
    expect(encoded({ info: new Encoded(Buffer.from('d1:bi1e1:ai2ee')) })).toBe(
      'd4:infod1:bi1e1:ai2eee',
    );
  });

  test('writes lists and dictionaries that are made as they are written', () => {
    function* numbers() {
      yield 1;
      yield new SortedEntries([
        ['a', 2],
        ['b', 3],
      ]);
    }
    expect(encoded(numbers())).toBe('li1ed1:ai2e1:bi3eee');
    for (const second of ['a', 'b']) {
      const entries = new SortedEntries([
        ['b', 1],
        [second, 2],
      ]);
      expect(() => encode(entries)).toThrow('a key out of order');
    }
  });

  test.each([1, 1023, 100_000, 1024 * 1024, 3_000_000])('writes strings of %d bytes', (length) => {
    const large = Buffer.alloc(length, 7);
    const prefix = `${length}:`;
    const list = Buffer.from(encode([large, 'between', large, 'x'.repeat(length)]));
    const expected = [
      ...['l', prefix, large, '7:between', prefix, large, prefix, 'x'.repeat(length), 'e'],
    ].map((part) => Buffer.from(part));
    expect(list.equals(Buffer.concat(expected))).toBe(true);
  });

  test.each([
    ['a fraction', 1.5],
    ['no number', Number.NaN],
    ['an unsafe integer', 2 ** 53],
    ['a huge integer', 10n ** 20n],
    ['a key that is not bytes', { '€': 1 }],
  ])('refuses %s', (_, value) => {
    expect(() => encode(value)).toThrow(TypeError);
  });

  test('refuses what contains itself', () => {
    const list: Encodable[] = [];
    list.push(list);
    expect(() => encode(list)).toThrow('nested deeper');
  });
});
