import schema from '../../config/settings.schema.json' with { type: 'json' };

/** The settings with their values; what each means is in config/settings.schema.json. */
export interface Settings {
  publicHost: string;
  bind: string;
  bind6: string;
  http: { port: number };
  udp: { port: number };
  peer: { port: number };
  tracker: TrackerSettings;
  seeding: {
    uploadSlots: number;
    choking: 'round-robin' | 'fastest' | 'anti-leech';
    maxConnections: number;
    maxConnectionsPerAddress: number;
    maxConnectionsPerPublication: number;
    encryption: 'allow' | 'require';
    uploadRate: number;
    uploadRatePerPeer: number;
    uploadSchedule: string[];
    limitLocalPeers: boolean;
  };
  discovery: {
    dht: boolean;
    dhtPort: number;
    dhtBootstrap: string[];
    lsd: boolean;
    portMapping: boolean;
  };
  dashboard: {
    theme: 'auto' | 'dark' | 'light' | 'mono';
    glyphs: 'auto' | 'unicode' | 'ascii';
    /** Of the form COMMAND=KEY. */
    keys: string[];
    screenReader: boolean;
  };
  publish: { trackers: string[]; hashThreads: number };
}

export interface TrackerSettings {
  interval: number;
  announcesPerSecond: number;
  requestsPerSecond: number;
  maxPeers: number;
  maxPeersPerSwarm: number;
  maxPeersPerAddress: number;
  maxPeersPerAddressInSwarm: number;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  maxBrowsers: number;
  maxBrowsersPerAddress: number;
  maxUrlLength: number;
  bothFamilies: boolean;
  open: boolean;
  allowList: string;
  denyList: string;
  passkeys: boolean;
  trustedProxies: string[];
  proxyHeader: 'any' | 'X-Forwarded-For' | 'Forwarded';
  trustedClients: string[];
  origins: string[];
  deniedOrigins: string[];
  stats: 'nobody' | 'local' | 'everybody';
  statsFor: string[];
  pingSeconds: number;
  flushSeconds: number;
}

/** What the schema says of one setting. */
export interface SettingSchema {
  type: string;
  description?: string;
  /** What it takes, in words, where type and range do not say it. */
  $comment?: string;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  pattern?: string;
  maxLength?: number;
  items?: SettingSchema;
  properties?: Record<string, SettingSchema>;
}

export interface SettingDescription {
  /** Dotted, as in `http.port`. */
  key: string;
  meaning: string;
  default: unknown;
  /** In words: `an integer from 0 to 65535`. */
  allowed: string;
  /** The values there are, where they are few. */
  choices: readonly string[];
  type: string;
  /** What is between the items of a list, as it is typed. */
  separator: RegExp;
}

export const schemaProperties: Record<string, SettingSchema> = schema.properties;

/** Every setting there is, in the order of the schema. */
export const settingDescriptions: readonly SettingDescription[] = describe(schemaProperties, '');

function describe(properties: Record<string, SettingSchema>, prefix: string): SettingDescription[] {
  return Object.entries(properties).flatMap(([name, setting]) => {
    const key = prefix + name;
    if (setting.properties) return describe(setting.properties, `${key}.`);
    return [
      {
        key,
        meaning: setting.description ?? '',
        default: setting.default,
        allowed: allowedValues(setting),
        choices: choicesOf(setting),
        type: setting.type,
        separator: setting.items?.pattern?.includes(' ') ? /\s*;\s*/ : /[\s,]+/,
      },
    ];
  });
}

function allowedValues(setting: SettingSchema): string {
  if (setting.type === 'integer') {
    return `a whole number from ${setting.minimum} to ${setting.maximum}`;
  }
  if (setting.type === 'boolean') return 'true or false';
  return setting.$comment ?? `a ${setting.type}`;
}

function choicesOf({ type, pattern }: SettingSchema): readonly string[] {
  if (type === 'boolean') return ['true', 'false'];
  return /^\^\(([\w|-]+)\)\$$/.exec(pattern ?? '')?.[1]?.split('|') ?? [];
}

/** A setting's value as it is typed; `SettingsFile.set` reads it. */
export function settingText(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  return value.join(value.some((item) => String(item).includes(' ')) ? '; ' : ',');
}
