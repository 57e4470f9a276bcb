package dev.thaw.controlplane.functions;

import java.util.List;

/** The tables of {@code registry.db}, from the first schema on; a released step is never changed, a new one is added at the end. */
final class RegistrySchema {
    /** Functions and the one version of each that answers. */
    private static final String FIRST = """
            CREATE TABLE functions (
              name TEXT PRIMARY KEY,
              last_version INTEGER NOT NULL,
              served_version INTEGER
            ) STRICT;
            CREATE TABLE versions (
              name TEXT NOT NULL REFERENCES functions (name),
              version INTEGER NOT NULL,
              sha256 TEXT NOT NULL,
              zip_bytes INTEGER NOT NULL,
              manifest BLOB NOT NULL,
              deployed_at_millis INTEGER NOT NULL,
              prepare_millis INTEGER NOT NULL,
              PRIMARY KEY (name, version)
            ) STRICT;
            """;
    /** What Lambda's API knows: many versions, states of $LATEST, aliases, tags, limits. An alias of version 0 is one of $LATEST. */
    private static final String LAMBDA = """
            ALTER TABLE functions RENAME COLUMN served_version TO latest;
            ALTER TABLE functions ADD COLUMN last_state INTEGER NOT NULL DEFAULT 0;
            ALTER TABLE functions ADD COLUMN reserved_concurrency INTEGER;
            ALTER TABLE versions ADD COLUMN settings TEXT NOT NULL DEFAULT '{}';
            ALTER TABLE versions ADD COLUMN revision TEXT NOT NULL DEFAULT '';
            UPDATE versions SET revision = lower(hex(randomblob(16)));
            CREATE TABLE aliases (
              name TEXT NOT NULL REFERENCES functions (name),
              alias TEXT NOT NULL,
              version INTEGER NOT NULL,
              description TEXT NOT NULL,
              revision TEXT NOT NULL,
              PRIMARY KEY (name, alias)
            ) STRICT;
            CREATE TABLE weights (
              name TEXT NOT NULL,
              alias TEXT NOT NULL,
              version INTEGER NOT NULL,
              weight REAL NOT NULL,
              PRIMARY KEY (name, alias, version),
              FOREIGN KEY (name, alias) REFERENCES aliases (name, alias) ON DELETE CASCADE
            ) STRICT;
            CREATE TABLE tags (
              name TEXT NOT NULL REFERENCES functions (name),
              tag TEXT NOT NULL,
              value TEXT NOT NULL,
              PRIMARY KEY (name, tag)
            ) STRICT;
            CREATE TABLE event_invoke (
              name TEXT NOT NULL REFERENCES functions (name),
              qualifier TEXT NOT NULL,
              retry_attempts INTEGER,
              max_age_seconds INTEGER,
              on_success TEXT,
              on_failure TEXT,
              modified_millis INTEGER NOT NULL,
              PRIMARY KEY (name, qualifier)
            ) STRICT;
            """;

    /** Who may: secrets are there as their SHA-256 only. */
    private static final String API_KEYS = """
            CREATE TABLE api_keys (
              id TEXT PRIMARY KEY,
              sha256 BLOB NOT NULL,
              name TEXT NOT NULL,
              role TEXT NOT NULL,
              namespace TEXT NOT NULL,
              created_millis INTEGER NOT NULL,
              expires_millis INTEGER,
              used_millis INTEGER
            ) STRICT;
            """;

    /** Kafka triggers, as JSON; {@code triggers} owns what is in it. */
    private static final String TRIGGERS = """
            CREATE TABLE event_source_mappings (
              uuid TEXT PRIMARY KEY,
              mapping TEXT NOT NULL
            ) STRICT;
            """;

    /** What $LATEST was before, newest first: keys of versions, separated by commas; and the version that an alias named before. */
    private static final String FORMER = """
            ALTER TABLE functions ADD COLUMN former TEXT NOT NULL DEFAULT '';
            ALTER TABLE aliases ADD COLUMN former INTEGER;
            """;

    static final List<String> MIGRATIONS = List.of(FIRST, LAMBDA, API_KEYS, TRIGGERS, FORMER);

    private RegistrySchema() {}
}
