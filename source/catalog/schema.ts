/**
 * The catalog's tables, as the migrations that made them. `user_version` counts the ones applied;
 * a migration is never changed once released, only followed by another.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE publications (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    info_hash     BLOB    NOT NULL UNIQUE,
    info_hash_v2  BLOB    UNIQUE,
    name          TEXT    NOT NULL,
    path          TEXT    NOT NULL,
    size          INTEGER NOT NULL,
    file_count    INTEGER NOT NULL,
    piece_length  INTEGER NOT NULL,
    piece_count   INTEGER NOT NULL,
    format        TEXT    NOT NULL CHECK (format IN ('v1', 'v2', 'hybrid')),
    private       INTEGER NOT NULL CHECK (private IN (0, 1)),
    comment       TEXT,
    trackers      TEXT    NOT NULL,
    web_seeds     TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('seeding', 'paused')),
    created_at    INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE info_dictionaries (
    publication_id  INTEGER PRIMARY KEY REFERENCES publications (id) ON DELETE CASCADE,
    info            BLOB NOT NULL
  ) STRICT;

  CREATE TABLE files (
    publication_id  INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    position        INTEGER NOT NULL,
    path            TEXT    NOT NULL,
    length          INTEGER NOT NULL,
    modified_ms     REAL    NOT NULL,
    PRIMARY KEY (publication_id, position)
  ) STRICT, WITHOUT ROWID;

  CREATE INDEX files_by_path ON files (path);

  CREATE TABLE totals (
    publication_id  INTEGER PRIMARY KEY REFERENCES publications (id) ON DELETE CASCADE,
    uploaded        INTEGER NOT NULL DEFAULT 0,
    completed       INTEGER NOT NULL DEFAULT 0,
    last_upload_at  INTEGER
  ) STRICT;

  CREATE TABLE events (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    publication_id  INTEGER,
    level           TEXT    NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    text            TEXT    NOT NULL
  ) STRICT;
  CREATE INDEX events_by_publication ON events (publication_id, id);
  `,
  `
  CREATE TABLE uploads_by_day (
    publication_id  INTEGER NOT NULL,
    day             INTEGER NOT NULL,
    uploaded        INTEGER NOT NULL,
    PRIMARY KEY (publication_id, day)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE events ADD COLUMN asked_by TEXT;

  CREATE TABLE notes (
    name   TEXT PRIMARY KEY,
    value  INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  // v2 publications: no v1 info hash, and piece layers. What a .torrent says besides, kept, so that
  // it stays the same whatever version serves it; before this one, all said everseed/0.1.0.
  `
  CREATE TABLE publications_of_any_format (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    info_hash     BLOB    UNIQUE,
    info_hash_v2  BLOB    UNIQUE,
    name          TEXT    NOT NULL,
    path          TEXT    NOT NULL,
    size          INTEGER NOT NULL,
    padded_size   INTEGER NOT NULL,
    file_count    INTEGER NOT NULL,
    piece_length  INTEGER NOT NULL,
    piece_count   INTEGER NOT NULL,
    format        TEXT    NOT NULL CHECK (format IN ('v1', 'v2', 'hybrid')),
    private       INTEGER NOT NULL CHECK (private IN (0, 1)),
    comment       TEXT,
    created_by    TEXT,
    creation_date INTEGER,
    nodes         TEXT    NOT NULL,
    trackers      TEXT    NOT NULL,
    web_seeds     TEXT    NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('seeding', 'paused')),
    created_at    INTEGER NOT NULL,
    CHECK ((info_hash IS NULL) = (format = 'v2')),
    CHECK ((info_hash_v2 IS NULL) = (format = 'v1'))
  ) STRICT;
  INSERT INTO publications_of_any_format
    SELECT id, info_hash, info_hash_v2, name, path, size, size, file_count, piece_length,
      piece_count, format, private, comment, 'everseed/0.1.0', created_at / 1000, '[]', trackers,
      web_seeds, state, created_at
    FROM publications;
  DELETE FROM sqlite_sequence WHERE name = 'publications_of_any_format';
  INSERT INTO sqlite_sequence
    SELECT 'publications_of_any_format', seq FROM sqlite_sequence WHERE name = 'publications';
  DROP TABLE publications;
  ALTER TABLE publications_of_any_format RENAME TO publications;

  CREATE TABLE piece_layers (
    publication_id  INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    pieces_root     BLOB    NOT NULL,
    layer           BLOB    NOT NULL,
    UNIQUE (publication_id, pieces_root)
  ) STRICT;
  `,
  `
  CREATE TABLE passkeys (
    passkey     TEXT    PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    uploaded    INTEGER NOT NULL DEFAULT 0,
    downloaded  INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE passkey_sessions (
    passkey     TEXT    NOT NULL REFERENCES passkeys (passkey) ON DELETE CASCADE,
    info_hash   BLOB    NOT NULL,
    peer_id     BLOB    NOT NULL,
    uploaded    INTEGER NOT NULL,
    downloaded  INTEGER NOT NULL,
    told_at     INTEGER NOT NULL,
    PRIMARY KEY (passkey, info_hash, peer_id)
  ) STRICT, WITHOUT ROWID;
  `,
  // Removed publications stay for a while, so that it can be undone.
  `
  ALTER TABLE publications ADD COLUMN removed_at INTEGER;

  CREATE TABLE undoable (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('remove', 'pause', 'resume')),
    publication_id  INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    batch           TEXT    NOT NULL
  ) STRICT;
  CREATE INDEX undoable_by_publication ON undoable (publication_id);
  `,
  `
  ALTER TABLE publications ADD COLUMN upload_limit INTEGER;
  ALTER TABLE publications ADD COLUMN super_seeding INTEGER NOT NULL DEFAULT 0;
  `,
  // Limits can be undone too; what could be before is worth ten minutes at most.
  `
  DROP TABLE undoable;

  CREATE TABLE undoable (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('remove', 'pause', 'resume', 'limit')),
    publication_id  INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    batch           TEXT    NOT NULL,
    limit_before    INTEGER
  ) STRICT;
  CREATE INDEX undoable_by_publication ON undoable (publication_id);
  `,
  // The limit of all together can be undone too.
  `
  DROP TABLE undoable;

  CREATE TABLE undoable (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    at              INTEGER NOT NULL,
    kind            TEXT    NOT NULL CHECK (kind IN ('remove', 'pause', 'resume', 'limit')),
    publication_id  INTEGER REFERENCES publications (id) ON DELETE CASCADE,
    batch           TEXT    NOT NULL,
    limit_before    INTEGER,
    CHECK (publication_id IS NOT NULL OR kind = 'limit')
  ) STRICT;
  CREATE INDEX undoable_by_publication ON undoable (publication_id);
  `,
  // What verifying found: pieces that are not good, and files that have not the size they should.
  `
  CREATE TABLE verifications (
    publication_id  INTEGER PRIMARY KEY REFERENCES publications (id) ON DELETE CASCADE,
    verified_at     INTEGER NOT NULL,
    bad_count       INTEGER NOT NULL,
    bad_pieces      BLOB
  ) STRICT;

  ALTER TABLE files ADD COLUMN on_disk INTEGER;
  ALTER TABLE files ADD COLUMN inode TEXT;
  `,
  // What is sent besides content, and to whom.
  `
  ALTER TABLE totals ADD COLUMN protocol INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE uploads_by_day ADD COLUMN protocol INTEGER NOT NULL DEFAULT 0;

  CREATE TABLE sent_to_addresses (
    publication_id  INTEGER NOT NULL REFERENCES publications (id) ON DELETE CASCADE,
    host            TEXT    NOT NULL,
    client          TEXT    NOT NULL,
    payload         INTEGER NOT NULL,
    protocol        INTEGER NOT NULL,
    first_at        INTEGER NOT NULL,
    last_at         INTEGER NOT NULL,
    PRIMARY KEY (publication_id, host)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE publications ADD COLUMN max_connections INTEGER;
  `,
  `
  ALTER TABLE undoable ADD COLUMN limit_of TEXT NOT NULL DEFAULT 'upload'
    CHECK (limit_of IN ('upload', 'connections'));
  `,
];
