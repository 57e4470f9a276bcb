package dev.thaw.controlplane;

import dev.thaw.controlplane.audit.AuditEntry;
import dev.thaw.controlplane.audit.AuditLog;
import dev.thaw.controlplane.auth.ApiKey;
import dev.thaw.controlplane.auth.ApiKeys;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.auth.NewKey;
import dev.thaw.controlplane.auth.Role;
import dev.thaw.controlplane.functions.Registry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The API keys in a data directory that no server uses, for whoever may write there: how the first key is made, and how one who has lost
 * his gets another.
 */
public final class KeyAdministration implements AutoCloseable {
    private final DataDirectory data;
    private final Registry registry;
    private final ApiKeys keys;
    private final AuditLog audit;

    private KeyAdministration(DataDirectory data, Registry registry, ApiKeys keys, AuditLog audit) {
        this.data = data;
        this.registry = registry;
        this.keys = keys;
        this.audit = audit;
    }

    /** Opens a data directory, creating it when missing; fails while a server uses it. */
    public static KeyAdministration open(Path dataDir) throws StartException {
        DataDirectory data = DataDirectory.open(dataDir.toAbsolutePath().normalize());
        try {
            Registry registry = new Registry(data.registry());
            try {
                return new KeyAdministration(data, registry, new ApiKeys(registry.database(), Clock.systemUTC()),
                        new AuditLog(data.audit()));
            } catch (IOException e) {
                registry.close();
                throw e;
            }
        } catch (IOException e) {
            data.close();
            throw new StartException("the keys cannot be opened: " + e.getMessage(), e);
        }
    }

    /** As {@link ApiKeys#create}. */
    public NewKey create(String name, Role role, Namespace namespace, Optional<Duration> expires) throws IOException {
        NewKey made = keys.create(name, role, namespace, expires);
        note("CreateKey", namespace, made.key().id() + " (" + role.label() + " of " + namespace.name() + ")", 201, "ok");
        return made;
    }

    /** All, the oldest first. */
    public List<ApiKey> list() {
        return keys.list();
    }

    /** As {@link ApiKeys#revoke}; the last administrator's key too. */
    public boolean revoke(String id) throws IOException {
        Namespace namespace = keys.find(id).map(ApiKey::namespace).orElse(Namespace.DEFAULT);
        boolean was = keys.revoke(id);
        note("RevokeKey", namespace, id, was ? 204 : 404, was ? "ok" : "ResourceNotFoundException");
        return was;
    }

    private void note(String operation, Namespace namespace, String target, int status, String result) {
        audit.append(new AuditEntry(0, Instant.now().toString(), "local", Role.ADMIN.label(), namespace.name(), "", operation, target, status, result, ""));
    }

    @Override
    public void close() {
        audit.close();
        registry.close();
        data.close();
    }
}
