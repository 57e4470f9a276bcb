package dev.thaw.controlplane.async;

import java.util.List;

/** The tables of {@code queue.db}. */
final class QueueSchema {
    /** The n-th makes a file of schema n one of schema n + 1. */
    static final List<String> MIGRATIONS = List.of("""
            CREATE TABLE events (
              id TEXT PRIMARY KEY,
              function TEXT NOT NULL,
              qualifier TEXT NOT NULL,
              due_millis INTEGER NOT NULL,
              accepted_millis INTEGER NOT NULL,
              attempts INTEGER NOT NULL,
              deferrals INTEGER NOT NULL,
              hops INTEGER NOT NULL,
              client_context TEXT,
              trace_id TEXT,
              payload BLOB NOT NULL
            ) STRICT;
            CREATE INDEX events_due ON events (function, due_millis);
            CREATE TABLE dead_letters (
              id TEXT PRIMARY KEY,
              function TEXT NOT NULL,
              qualifier TEXT NOT NULL,
              condition TEXT NOT NULL,
              attempts INTEGER NOT NULL,
              accepted_millis INTEGER NOT NULL,
              died_millis INTEGER NOT NULL,
              error_type TEXT NOT NULL,
              error_message TEXT NOT NULL,
              client_context TEXT,
              trace_id TEXT,
              payload BLOB NOT NULL
            ) STRICT;
            CREATE INDEX dead_letters_of ON dead_letters (function, id);
            """, """
            ALTER TABLE events ADD COLUMN topic TEXT;
            ALTER TABLE dead_letters ADD COLUMN topic TEXT;
            """, """
            DROP INDEX events_due;
            CREATE INDEX events_turn ON events (function, attempts > 0, due_millis);
            CREATE INDEX events_next ON events (due_millis);
            """);

    private QueueSchema() {}
}
