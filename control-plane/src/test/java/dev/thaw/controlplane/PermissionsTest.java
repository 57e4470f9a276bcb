package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.http.Connections;
import dev.thaw.controlplane.http.Permission;
import dev.thaw.controlplane.http.Permissions;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The table of permissions against the router. */
class PermissionsTest {
    private final Permissions permissions = new Permissions(false);

    @Test
    void everyRouteHasARow(@TempDir Path folder) throws Exception {
        Vertx vertx = Vertx.vertx();
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"));
                Platform platform = Platform.open(data, ServerConfig.of(folder.resolve("data")), true)) {
            Set<String> without = new TreeSet<>();
            int routes = 0;
            for (Route route : platform.api().router(vertx, true, Connections.ofThisProcess()).getRoutes()) {
                if (route.getPath() == null) {
                    continue; // before all routes: request ids, the gate itself
                }
                String path = route.getPath().endsWith("*") ? route.getPath().substring(0, route.getPath().length() - 1) + "x" : route.getPath();
                Set<HttpMethod> methods = route.methods() == null || route.methods().isEmpty() ? Set.of(HttpMethod.GET) : route.methods();
                for (HttpMethod method : methods) {
                    boolean guard = route.getPath().equals("/thaw/"); // the loopback guard, before the routes
                    if (!guard && permissions.find(method.name(), path).isEmpty()) {
                        without.add(method + " " + route.getPath());
                    }
                    routes++;
                }
            }
            assertEquals(Set.of(), without, "routes that nobody but administrators may use: add them to Permissions");
            assertTrue(routes > 50, "the router's routes were found");
        } finally {
            vertx.close().await();
        }
    }

    @Test
    void whatIsNotInTheTableIsForAdministratorsAndHasNoRow() {
        for (String path : new String[] {"", "/", "/thaw", "/thaw/v1/nothing", "/thaw/v1/functions/a/b/c", "/healthz/x", "/fnx", "/metrics/x"}) {
            assertEquals(Optional.empty(), permissions.find("GET", path), path);
        }
        assertEquals(Optional.of(Permission.DEPLOY), permissions.find("GET", "/thaw/v1/functions/"));
        assertEquals(Optional.of(Permission.PUBLIC), permissions.find("PATCH", "/fn/hello/x/y"));
        assertEquals(Optional.of(Permission.KNOWN), permissions.find("GET", "/metrics"));
        assertEquals(Optional.of(Permission.PUBLIC), new Permissions(true).find("GET", "/metrics"));
        assertEquals(Optional.of(Permission.INVOKE), permissions.find("POST", "/2015-03-31/functions/x/invocations/"));
        assertEquals(Optional.of(Permission.KNOWN), permissions.find("GET", "/2015-03-31/functions/x/policy"));
    }
}
