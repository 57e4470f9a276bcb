package dev.thaw.controlplane.auth;

import dev.thaw.controlplane.data.Database;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The API keys of a server, by their ids.
 *
 * <p>A secret is 256 random bits, so its SHA-256 alone is kept: what slow hashes are for, secrets that can be guessed, is not here.
 * Thread-safe; {@link #authenticate} waits for nothing, changes wait for the disk and hold from when they return.
 */
public final class ApiKeys {
    /** As many as there may be. */
    public static final int MOST = 10_000;
    private static final System.Logger LOG = System.getLogger(ApiKeys.class.getName());
    private static final Pattern TOKEN = Pattern.compile("thaw_([0-9a-f]{12})_([0-9a-f]{64})");
    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N} _.:/=+@-]{0,64}");
    private static final Duration USED_TO = Duration.ofHours(1);
    /** Stands for the hash of a key that there is none of. */
    private static final byte[] NONE = new byte[32];

    private record Stored(ApiKey key, byte[] sha256) {}

    private final Database database;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Stored> keys = new ConcurrentHashMap<>();
    private final NewKey own;

    /** The keys in a database that has the table of the registry's schema; closes nothing. */
    public ApiKeys(Database database, Clock clock) throws IOException {
        this.database = database;
        this.clock = clock;
        for (Stored stored : database.transaction("read the API keys", ApiKeys::read)) {
            keys.put(stored.key().id(), stored);
        }
        this.own = make("the server itself", Role.INVOKE, Namespace.DEFAULT, Optional.empty());
    }

    private static List<Stored> read(Connection connection) throws SQLException {
        List<Stored> all = new java.util.ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT id, sha256, name, role, namespace, created_millis, expires_millis, used_millis FROM api_keys");
                ResultSet row = select.executeQuery()) {
            while (row.next()) {
                Role role = Role.of(row.getString(4)).orElseThrow(() -> new SQLException("api_keys names a role that there is not"));
                all.add(new Stored(new ApiKey(row.getString(1), row.getString(3), role, new Namespace(row.getString(5)),
                        Instant.ofEpochMilli(row.getLong(6)), time(row, 7), time(row, 8)), row.getBytes(2)));
            }
        }
        return all;
    }

    private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    /** Whether there is any, expired or not. */
    public boolean isEmpty() {
        return keys.isEmpty();
    }

    /** All, the oldest first. */
    public List<ApiKey> list() {
        return keys.values().stream().map(Stored::key).sorted(Comparator.comparing(ApiKey::created).thenComparing(ApiKey::id)).toList();
    }

    public Optional<ApiKey> find(String id) {
        return Optional.ofNullable(keys.get(id)).map(Stored::key);
    }

    /** Whose key this is, unless it has expired. */
    Optional<Principal> standing(String id) {
        return find(id).filter(key -> !key.isExpired(clock.instant())).map(ApiKey::principal);
    }

    /** Whether a key that has not expired administers the whole server. */
    public boolean hasServerAdmin() {
        return list().stream().anyMatch(key -> key.principal().isServerAdmin() && !key.isExpired(clock.instant()));
    }

    /** With which the server asks itself, to warm up; it may invoke, is stored nowhere and ends with the process. */
    public String ownToken() {
        return own.token();
    }

    /**
     * Makes a key.
     *
     * @param name    up to 64 letters, digits, spaces and _.:/=+@-
     * @param expires how long it lasts, at least a millisecond
     * @throws IllegalArgumentException for another name
     * @throws IOException              when there are too many, or it cannot be stored
     */
    public NewKey create(String name, Role role, Namespace namespace, Optional<Duration> expires) throws IOException {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("name takes up to 64 letters, digits, spaces and _.:/=+@-");
        }
        if (keys.size() >= MOST) {
            throw new IOException("there are " + MOST + " keys, as many as there may be: revoke some");
        }
        NewKey made = make(name, role, namespace, expires);
        ApiKey key = made.key();
        byte[] sha256 = hash(made.token());
        boolean stored = database.transaction("store an API key", connection -> {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO api_keys (id, sha256, name, role, namespace, created_millis,"
                    + " expires_millis) VALUES (?, ?, ?, ?, ?, ?, ?)")) {
                insert.setString(1, key.id());
                insert.setBytes(2, sha256);
                insert.setString(3, key.name());
                insert.setString(4, key.role().label());
                insert.setString(5, key.namespace().name());
                insert.setLong(6, key.created().toEpochMilli());
                if (key.expires().isPresent()) {
                    insert.setLong(7, key.expires().get().toEpochMilli());
                } else {
                    insert.setNull(7, Types.INTEGER);
                }
                return insert.executeUpdate() == 1;
            }
        });
        if (stored) {
            keys.put(key.id(), new Stored(key, sha256));
        }
        return made;
    }

    private NewKey make(String name, Role role, Namespace namespace, Optional<Duration> expires) {
        byte[] bytes = new byte[6 + 32];
        random.nextBytes(bytes);
        String hex = HexFormat.of().formatHex(bytes);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        ApiKey key = new ApiKey(hex.substring(0, 12), name, role, namespace, now, expires.map(now::plus), Optional.empty());
        return new NewKey(key, "thaw_" + key.id() + "_" + hex.substring(12));
    }

    private static byte[] hash(String token) {
        return HexFormat.of().parseHex(SigV4.sha256(token.getBytes(StandardCharsets.UTF_8)));
    }

    /** Makes a key one of no use, from when this returns; false when there is none of this id. */
    public boolean revoke(String id) throws IOException {
        boolean was = database.transaction("revoke an API key", connection -> {
            try (PreparedStatement delete = connection.prepareStatement("DELETE FROM api_keys WHERE id = ?")) {
                delete.setString(1, id);
                return delete.executeUpdate() == 1;
            }
        });
        keys.remove(id);
        return was;
    }

    /** Whose token this is. */
    public Principal authenticate(String token) throws RefusedException {
        Matcher matcher = TOKEN.matcher(token);
        if (!matcher.matches()) {
            throw new RefusedException("UnrecognizedClientException", "The token included in the request is invalid: it is not of the form"
                    + " thaw_ID_SECRET that 'thaw keys create' gives");
        }
        String id = matcher.group(1);
        Stored stored = id.equals(own.key().id()) ? new Stored(own.key(), hash(own.token())) : keys.get(id);
        boolean right = MessageDigest.isEqual(hash(token), stored == null ? NONE : stored.sha256());
        if (stored == null || !right) {
            throw new RefusedException("UnrecognizedClientException", "The token included in the request is invalid: this server has no such key", id);
        }
        Instant now = clock.instant();
        if (stored.key().isExpired(now)) {
            throw new RefusedException("ExpiredTokenException", "The token included in the request is expired", id);
        }
        noteUse(stored, now);
        return stored.key().principal();
    }

    /** Rarely more than once an hour a key. */
    private void noteUse(Stored stored, Instant now) {
        ApiKey key = stored.key();
        if (stored.key().id().equals(own.key().id()) || key.used().isPresent() && key.used().get().plus(USED_TO).isAfter(now)) {
            return;
        }
        Instant about = now.truncatedTo(ChronoUnit.SECONDS);
        ApiKey used = new ApiKey(key.id(), key.name(), key.role(), key.namespace(), key.created(), key.expires(), Optional.of(about));
        if (keys.replace(key.id(), stored, new Stored(used, stored.sha256()))) {
            database.submit(connection -> {
                try (PreparedStatement update = connection.prepareStatement("UPDATE api_keys SET used_millis = ? WHERE id = ?")) {
                    update.setLong(1, about.toEpochMilli());
                    update.setString(2, key.id());
                    return update.executeUpdate();
                }
            }).whenComplete((_, failure) -> {
                if (failure != null) {
                    LOG.log(Level.WARNING, "when key " + key.id() + " was used cannot be stored: " + failure.getMessage());
                }
            });
        }
    }
}
