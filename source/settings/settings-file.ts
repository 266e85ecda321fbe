import { readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Conf from 'conf';
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';
import { EverseedError, messageOf, systemErrorCode } from '../errors.ts';
import { settingFormats } from './formats.ts';
import {
  type SettingDescription,
  type Settings,
  schemaProperties,
  settingDescriptions,
} from './schema.ts';

/** The settings of one home: read, checked, changed. */
export class SettingsFile {
  readonly file: string;
  readonly #conf: Conf<Settings>;

  /**
   * Opens the settings in `file` and fills in the defaults. Throws `settings-invalid` with line,
   * setting and what is allowed; the file is then left as it is.
   */
  constructor(file: string) {
    this.file = file;
    try {
      this.#conf = new Conf<Settings>({
        cwd: dirname(file),
        configName: basename(file, '.json'),
        schema: schemaProperties as never,
        rootSchema: { additionalProperties: false },
        // the file holds what was chosen; a default that changes later is to count
        ajvOptions: { useDefaults: false, formats: settingFormats },
        configFileMode: 0o600,
      });
    } catch (error) {
      throw explain(error, file);
    }
    expectSections(file);
  }

  /** All settings; those that nobody chose have their defaults. */
  get values(): Settings {
    const values: Record<string, unknown> = {};
    for (const { key } of settingDescriptions) {
      const [section = key, name] = key.split('.');
      if (name === undefined) values[section] = this.get(key);
      else values[section] = { ...(values[section] as object), [name]: this.get(key) };
    }
    return values as unknown as Settings;
  }

  get(key: string): unknown {
    const setting = settingNamed(key);
    try {
      return this.#conf.get(setting.key) ?? setting.default;
    } catch (error) {
      throw explain(error, this.file);
    }
  }

  /**
   * Changes one setting. `text` is what a person typed: numbers, lists, true and false are read from
   * it.
   * Throws `setting-unknown` or `setting-invalid`, and then changes nothing.
   */
  set(key: string, text: string): unknown {
    const setting = settingNamed(key);
    const value = parseValue(setting, text);
    try {
      this.#conf.set(setting.key, value);
    } catch (error) {
      if (systemErrorCode(error)) {
        throw new EverseedError(
          'settings-unwritable',
          `cannot write ${this.file}: ${messageOf(error)}`,
          { cause: error },
        );
      }
      throw new EverseedError(
        'setting-invalid',
        `${setting.key} cannot be ${JSON.stringify(text)}: it takes ${setting.allowed}`,
        { cause: error },
      );
    }
    return value;
  }
}

function settingNamed(key: string): SettingDescription {
  const setting = settingDescriptions.find((one) => one.key === key);
  if (setting) return setting;
  throw new EverseedError(
    'setting-unknown',
    `there is no setting ${key}: list them with: everseed config list`,
  );
}

function parseValue(setting: SettingDescription, text: string): unknown {
  if (setting.type === 'integer') return text.trim() === '' ? text : Number(text);
  if (setting.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  if (setting.type === 'array') return text.trim().split(setting.separator).filter(Boolean);
  return text;
}

/** `conf` takes what is no object for an empty one. */
function expectSections(file: string): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return;
    throw explain(error, file);
  }
  if (parseTree(text)?.type === 'object') return;
  throw new EverseedError(
    'settings-invalid',
    `${file}:1: settings are an object, such as {"http": {"port": 7000}}: correct it, or move the file away to begin with the defaults`,
  );
}

/** Turns what `conf` says of a bad file into one line with the place, the setting and the remedy. */
function explain(error: unknown, file: string): EverseedError {
  const invalid = (sentence: string) =>
    new EverseedError('settings-invalid', `${file}${sentence}`, { cause: error });
  if (systemErrorCode(error)) {
    return new EverseedError('settings-unusable', `cannot use ${file}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    return invalid(`: ${messageOf(cause)}`);
  }
  const problems: ParseError[] = [];
  const tree = parseTree(text, problems, { disallowComments: true });
  const [problem] = problems;
  if (problem) {
    const what = printParseErrorCode(problem.error)
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .toLowerCase();
    return invalid(
      `:${lineAt(text, problem.offset)}: not valid JSON (${what}): correct it, or move the file away to begin with the defaults`,
    );
  }
  // conf names the offending value as a path: `http/port` must be <= 65535
  const path = /`([^`]*)`/.exec(messageOf(error))?.[1]?.split('/') ?? [];
  const line = lineAt(text, offsetOf(tree, path));
  const setting = settingDescriptions.find((one) => `${path.join('.')}.`.startsWith(`${one.key}.`));
  if (setting) {
    const node = tree && findNodeAtLocation(tree, setting.key.split('.'));
    const value = node && getNodeValue(node);
    return invalid(
      `:${line}: ${setting.key} cannot be ${JSON.stringify(value)}: it takes ${setting.allowed}`,
    );
  }
  const [section = ''] = path;
  const inside = settingDescriptions.find(({ key }) => key.startsWith(`${section}.`));
  if (path.length === 1 && inside) {
    return invalid(
      `:${line}: ${section} is a section: it takes an object with ${inside.key} and others`,
    );
  }
  return invalid(
    `:${line}: there is no setting ${path.join('.')}: take it out, or list the settings with: everseed config list`,
  );
}

function offsetOf(tree: Node | undefined, path: string[]): number {
  for (let length = path.length; tree && length > 0; length--) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node) return node.offset;
  }
  return 0;
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
