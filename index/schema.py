"""The tables of the library's database, and how an older database gets them."""

import sqlite3

SCHEMA_VERSION = 4
_FILES = """
CREATE TABLE files (          -- as they were when they were last read as a whole
    path TEXT PRIMARY KEY,    -- from the root on
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    documents INTEGER NOT NULL  -- how many were in it
) STRICT;
CREATE TABLE origins (        -- which file holds which document; an empty path is anything else
    path TEXT NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    PRIMARY KEY (path, document_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX origins_of_document ON origins (document_id);
"""
_METADATA = """
CREATE TABLE metadata (       -- the same as documents.metadata, for filters: the triggers keep it in step
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,       -- text, number or boolean
    value ANY NOT NULL,
    first INTEGER,            -- of a date: its first and last microsecond since 1970, UTC
    last INTEGER,
    PRIMARY KEY (document_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX metadata_of_value ON metadata (name, kind, value);
CREATE INDEX metadata_of_date ON metadata (name, first, last) WHERE first IS NOT NULL;
CREATE VIEW described AS      -- what has to be in metadata
    SELECT documents.id AS document_id,
        json_extract(pair.value, '$[0]') AS name, json_extract(pair.value, '$[1]') AS kind,
        json_extract(pair.value, '$[2]') AS value,
        json_extract(pair.value, '$[3]') AS first, json_extract(pair.value, '$[4]') AS last
    FROM documents, json_each(documents.metadata) AS pair;
CREATE TRIGGER metadata_added AFTER INSERT ON documents WHEN new.metadata <> '[]' BEGIN
    INSERT INTO metadata SELECT * FROM described WHERE document_id = new.id;
END;
CREATE TRIGGER metadata_changed AFTER UPDATE OF metadata ON documents WHEN new.metadata <> old.metadata BEGIN
    DELETE FROM metadata WHERE document_id = new.id;
    INSERT INTO metadata SELECT * FROM described WHERE document_id = new.id;
END;
"""
_RECEIPTS = """
CREATE TABLE receipts (       -- what became of requests that name themselves
    name TEXT NOT NULL UNIQUE,
    request TEXT NOT NULL,    -- SHA-256 of what was sent
    new INTEGER NOT NULL,     -- whether a document was
    documents TEXT NOT NULL,  -- JSON: the ids, in order
    notes TEXT NOT NULL,      -- JSON: strings
    made REAL NOT NULL        -- seconds since 1970
) STRICT;
"""
NEW = (
    """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE documents (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    text TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    context TEXT NOT NULL,
    length INTEGER NOT NULL,  -- code points: SQL's length() ends at a null character
    media_type TEXT NOT NULL DEFAULT 'text/plain',
    original_sha256 TEXT,     -- of the bytes that the text was taken from
    url TEXT,
    pages TEXT NOT NULL DEFAULT '[]',  -- JSON: [number, label, start, end] of each, in order, code points
    metadata TEXT NOT NULL DEFAULT '[]'  -- JSON: [name, kind, value, first, last] of each, by name
) STRICT;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document_id TEXT NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
    sentences BLOB NOT NULL,  -- (n, 2) int32, code points, in order
    lengths BLOB NOT NULL,    -- (1 + n,) int32, terms in the context and in each sentence
    terms BLOB NOT NULL,      -- (sum of lengths,) uint32, codes of the terms in that order
    vectors BLOB NOT NULL     -- (1 + n, dimension) float16, unit rows: the passage and its sentences
) STRICT;                     -- all little-endian
CREATE INDEX passages_of_document ON passages (document_id);
CREATE INDEX documents_of_original ON documents (original_sha256);
CREATE TABLE terms (code INTEGER PRIMARY KEY, passages INTEGER NOT NULL) STRICT;  -- how many hold it
INSERT INTO meta VALUES ('passages', '0'), ('terms', '0');
"""
    + _METADATA
    + _FILES
    + _RECEIPTS
)

UPGRADES = {
    1: """
ALTER TABLE documents ADD COLUMN media_type TEXT NOT NULL DEFAULT 'text/plain';
ALTER TABLE documents ADD COLUMN original_sha256 TEXT;
ALTER TABLE documents ADD COLUMN url TEXT;
ALTER TABLE documents ADD COLUMN pages TEXT NOT NULL DEFAULT '[]';
CREATE INDEX documents_of_original ON documents (original_sha256);
""",
    2: f"ALTER TABLE documents ADD COLUMN metadata TEXT NOT NULL DEFAULT '[]'; {_METADATA} {_FILES}",
    3: _RECEIPTS,
}
"""What turns a database of each older version into one of the next."""


def version(connection: sqlite3.Connection) -> int:
    """The version of the tables, 0 in a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def bring_up_to_date(connection: sqlite3.Connection) -> int:
    """Make the tables, or change older ones step by step, each whole or not at all; return their version.

    A version that this Pincite does not know is left as it is.
    """
    if version(connection) == 0:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(f"BEGIN IMMEDIATE; {NEW} PRAGMA user_version = {SCHEMA_VERSION}; COMMIT;")
    while (old := version(connection)) in UPGRADES:
        connection.executescript(f"BEGIN IMMEDIATE; {UPGRADES[old]} PRAGMA user_version = {old + 1}; COMMIT;")
    return version(connection)
