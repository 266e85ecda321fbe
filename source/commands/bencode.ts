import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { decode } from '../bencode/decode.ts';
import { encode } from '../bencode/encode.ts';
import { BencodeError } from '../bencode/error.ts';
import { BencodeJsonError, fromJson, toJson } from '../bencode/json.ts';
import { EverseedError, systemErrorCode } from '../errors.ts';
import type { CommandContext, DefineCommand } from './command.ts';

const formHelp = `
The JSON, which loses nothing:
  strings       "text" when they are UTF-8, else {"$hex": "00ff"}
  integers      numbers up to 2^53, beyond that {"$integer": "18446744073709551615"}
  lists         arrays
  dictionaries  objects; with keys that are not UTF-8 or have a backslash, or one that looks like
                the forms above, {"$dictionary": [[key, value], ...]}`;

/** Files of a client's state can be large; a torrent has far fewer values. */
const maxValues = 20_000_000;

/** `everseed bencode`: bencode to JSON and back. */
const defineBencode: DefineCommand = (command, context) => {
  command.description('turn bencode into JSON and back, exactly');
  command
    .command('decode')
    .description('print bencode as JSON')
    .argument('[file]', 'a bencoded file; standard input unless given')
    .option('--tolerant', 'accept keys that are not sorted; encoding sorts them')
    .option('--compact', 'on one line')
    .addHelpText('after', formHelp)
    .action(async (file: string | undefined, flags: { tolerant?: boolean; compact?: boolean }) => {
      const { bytes, name } = await readInput(file, context);
      const { tolerant = false } = flags;
      const json = attempt(name, () => toJson(decode(bytes, { tolerant, maxValues })));
      context.stdout.write(`${JSON.stringify(json, null, flags.compact ? 0 : 2)}\n`);
    });
  command
    .command('encode')
    .description('write JSON as bencode, keys sorted')
    .argument('[file]', 'a JSON file; standard input unless given')
    .addHelpText('after', formHelp)
    .action(async (file: string | undefined) => {
      const { bytes, name } = await readInput(file, context);
      context.stdout.write(
        attempt(name, () => encode(fromJson(JSON.parse(bytes.toString('utf8'))))),
      );
    });
};

export default defineBencode;

async function readInput(file: string | undefined, { cwd, stdin }: CommandContext) {
  if (file === undefined) return { bytes: await buffer(stdin), name: 'standard input' };
  const path = resolve(cwd, file);
  try {
    return { bytes: await readFile(path), name: path };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    throw new EverseedError('input-unreadable', `${path} cannot be read (${code})`, {
      cause: error,
    });
  }
}

/** Turns what is wrong with the input into a sentence about it. */
function attempt<T>(name: string, convert: () => T): T {
  try {
    return convert();
  } catch (error) {
    if (error instanceof BencodeError) {
      throw new EverseedError('input-invalid', `${name} is not bencode: ${error.message}`, {
        cause: error,
      });
    }
    if (error instanceof BencodeJsonError || error instanceof SyntaxError) {
      throw new EverseedError('input-invalid', `${name} is not JSON of bencode: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}
