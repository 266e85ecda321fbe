import { describe, expect, test } from 'vitest';
import { decode, decodeDictionary, decodePrefix } from '../../source/bencode/decode.ts';
import { BencodeError } from '../../source/bencode/error.ts';

const bytes = (latin1: string) => new Uint8Array(Buffer.from(latin1, 'latin1'));

describe('decode', () => {
  test('reads strings as bytes', () => {
    expect(decode(bytes('12:hello world!'))).toEqual(bytes('hello world!'));
    expect(decode(bytes('0:'))).toEqual(bytes(''));
    expect(decode(bytes('3:\xff\x00\x80'))).toEqual(bytes('\xff\x00\x80'));
  });

  test('reads integers, exactly', () => {
    expect(decode(bytes('i12345e'))).toBe(12345);
    expect(decode(bytes('i0e'))).toBe(0);
    expect(decode(bytes('i-42e'))).toBe(-42);
    expect(decode(bytes('i9007199254740991e'))).toBe(9007199254740991);
    expect(decode(bytes('i9007199254740992e'))).toBe(9007199254740992n);
    expect(decode(bytes('i-9007199254740993e'))).toBe(-9007199254740993n);
    expect(decode(bytes('i18446744073709551615e'))).toBe(18446744073709551615n);
  });

  test('reads lists and dictionaries', () => {
    expect(decode(bytes('l5:apple6:orange4:pear5:grapee'))).toEqual(
      ['apple', 'orange', 'pear', 'grape'].map(bytes),
    );
    expect(
      decode(bytes('d5:apple3:red6:banana6:yellow5:dozeni12e6:mynamel6:andrew4:wangee')),
    ).toEqual(
      new Map<string, unknown>([
        ['apple', bytes('red')],
        ['banana', bytes('yellow')],
        ['dozen', 12],
        ['myname', [bytes('andrew'), bytes('wang')]],
      ]),
    );
  });

  test('keeps binary keys, and keys that objects are afraid of', () => {
    expect(decode(bytes('d9:__proto__i1e1:\xffi2ee'))).toEqual(
      new Map([
        ['__proto__', 1],
        ['\xff', 2],
      ]),
    );
  });

  test('returns views of the input, of no special class', () => {
    const input = Buffer.from('xx4:spam').subarray(2);
    const value = decode(input);
    expect(value).toEqual(bytes('spam'));
    expect(value).toHaveProperty('buffer', input.buffer);
    expect(Buffer.isBuffer(value)).toBe(false);
  });

  test.each([
    ['', 'the input ends where a value was expected', 0],
    ['x', 'not a value', 0],
    ['e', 'not a value', 0],
    ['ie', 'integer without digits', 1],
    ['i-e', 'integer without digits', 2],
    ['i+5e', 'integer without digits', 1],
    ['i007e', 'integer with a leading zero', 1],
    ['i-07e', 'integer with a leading zero', 2],
    ['i-0e', 'minus zero', 0],
    ['i3.7e', 'expected e after an integer', 2],
    ['i3', 'expected e after an integer', 2],
    ['i123456789012345678901e', 'integer out of range', 1],
    ['03:abc', 'string length with a leading zero', 0],
    ['-3:abc', 'not a value', 0],
    ['4:abc', 'string longer than the input', 0],
    ['99999999999:', 'string longer than the input', 0],
    ['9999999999999999999999:', 'string length out of range', 0],
    ['3abc', 'expected a colon after a string length', 1],
    ['3', 'expected a colon after a string length', 1],
    ['4:spami1e', 'bytes after the end of the value', 6],
    ['l', 'the input ends where a value was expected', 1],
    ['l-3:e', 'not a value', 1],
    ['d', 'the input ends inside a dictionary', 1],
    ['d-3:', 'a key that is not a string', 1],
    ['di1ei2ee', 'a key that is not a string', 1],
    ['d1:ae', 'not a value', 4],
    ['d1:bi1e1:ai2ee', 'keys not sorted', 7],
    ['d1:ai1e1:ai2ee', 'the same key twice', 7],
  ])('refuses %j, saying where', (input, problem, offset) => {
    let error: unknown;
    try {
      decode(bytes(input));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BencodeError);
    expect(error).toMatchObject({ problem, offset, message: `${problem} at byte ${offset}` });
  });

  test('tolerates unsorted keys when asked to, but never a key twice', () => {
    const tolerant = { tolerant: true };
    expect(decode(bytes('d1:bi1e1:ai2ee'), tolerant)).toEqual(
      new Map(Object.entries({ b: 1, a: 2 })),
    );
    expect(() => decode(bytes('d1:ai1e1:bi1e1:ai2ee'), tolerant)).toThrow('the same key twice');
    expect(() => decode(bytes('d1:bi1e1:ai1e1:bi2ee'), tolerant)).toThrow('the same key twice');
    expect(() => decode(bytes('i-0e'), tolerant)).toThrow('minus zero');
    expect(decode(bytes('i1e\r\n'), tolerant)).toBe(1);
    expect(() => decode(bytes('i1e\n'))).toThrow('bytes after the end of the value at byte 3');
    expect(() => decode(bytes('i1e\n '), tolerant)).toThrow('bytes after the end');
  });

  test('nests a hundred deep and no deeper', () => {
    const nested = (depth: number) => bytes('l'.repeat(depth) + 'e'.repeat(depth));
    expect(() => decode(nested(100))).not.toThrow();
    expect(() => decode(nested(101))).toThrow('nested too deeply at byte 100');
    expect(() => decode(bytes('d1:a'.repeat(1_000_000)))).toThrow('nested too deeply');
  });

  test('holds no more values than it may', () => {
    expect(decode(bytes('li1ei2ee'), { maxValues: 3 })).toEqual([1, 2]);
    expect(() => decode(bytes('li1ei2ee'), { maxValues: 2 })).toThrow('too many values at byte 4');
    expect(() => decode(bytes(`l${'le'.repeat(1_000_000)}e`))).toThrow('too many values');
  });
});

describe('decodePrefix', () => {
  test('says where the value ends that other bytes follow', () => {
    const message = bytes('d8:msg_typei1e5:piecei0ee<data>');
    const { value, end } = decodePrefix(message);
    expect(value).toEqual(new Map(Object.entries({ msg_type: 1, piece: 0 })));
    expect(message.subarray(end)).toEqual(bytes('<data>'));
  });
});

describe('decodeDictionary', () => {
  test('keeps the very bytes of the values', () => {
    const { dictionary, raw } = decodeDictionary(bytes('d4:infod1:bi1e1:ai2ee1:zi7ee'), {
      tolerant: true,
    });
    expect(dictionary.get('z')).toBe(7);
    expect(raw.get('info')).toEqual(bytes('d1:bi1e1:ai2ee'));
    expect([...raw.keys()]).toEqual(['info', 'z']);
  });

  test('refuses anything else', () => {
    expect(() => decodeDictionary(bytes('le'))).toThrow('expected a dictionary at byte 0');
    expect(() => decodeDictionary(bytes(''))).toThrow(BencodeError);
    expect(() => decodeDictionary(bytes('dee'))).toThrow('bytes after the end of the value');
  });
});
