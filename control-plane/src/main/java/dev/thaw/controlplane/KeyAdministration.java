package dev.thaw.controlplane;

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

    private KeyAdministration(DataDirectory data, Registry registry, ApiKeys keys) {
        this.data = data;
        this.registry = registry;
        this.keys = keys;
    }

    /** Opens a data directory, creating it when missing; fails while a server uses it. */
    public static KeyAdministration open(Path dataDir) throws StartException {
        DataDirectory data = DataDirectory.open(dataDir.toAbsolutePath().normalize());
        try {
            Registry registry = new Registry(data.registry());
            try {
                return new KeyAdministration(data, registry, new ApiKeys(registry.database(), Clock.systemUTC()));
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
        return keys.create(name, role, namespace, expires);
    }

    /** All, the oldest first. */
    public List<ApiKey> list() {
        return keys.list();
    }

    /** As {@link ApiKeys#revoke}; the last administrator's key too. */
    public boolean revoke(String id) throws IOException {
        return keys.revoke(id);
    }

    @Override
    public void close() {
        registry.close();
        data.close();
    }
}
