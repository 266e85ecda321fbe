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
];
