package dev.thaw.controlplane;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.BindException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A running Thaw server: HTTP API, registry and invoker over one data directory.
 *
 * <p>Owns everything it starts; {@link #close()} stops accepting, lets running invocations end within the configured
 * limit and releases the data directory. Thread-safe.
 */
public final class Server implements AutoCloseable {
    private static final long LISTEN_SECONDS = 30;

    private final ServerConfig config;
    private final DataDirectory data;
    private final Vertx vertx;
    private final HttpServer http;

    private Server(ServerConfig config, DataDirectory data, Vertx vertx, HttpServer http) {
        this.config = config;
        this.data = data;
        this.vertx = vertx;
        this.http = http;
    }

    /**
     * Starts a server; it accepts requests when this returns.
     *
     * @throws StartException with a one-line reason: port taken, data directory not writable or in use
     */
    public static Server start(ServerConfig config) throws StartException {
        DataDirectory data = DataDirectory.open(config.dataDir());
        Vertx vertx = Vertx.vertx();
        try {
            Router router = Router.router(vertx);
            router.get("/healthz").handler(context -> context.json(new io.vertx.core.json.JsonObject().put("status", "ok")));
            HttpServer http = await(vertx.createHttpServer(new HttpServerOptions())
                    .requestHandler(router)
                    .listen(config.port(), config.host()), config);
            return new Server(config, data, vertx, http);
        } catch (StartException | RuntimeException e) {
            vertx.close();
            data.close();
            throw e;
        }
    }

    private static HttpServer await(Future<HttpServer> listening, ServerConfig config) throws StartException {
        String address = config.host() + ":" + config.port();
        try {
            return listening.await(LISTEN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new StartException("cannot listen on " + address + " within " + LISTEN_SECONDS + " s", e);
        } catch (Exception e) {
            String hint = e instanceof BindException ? ": the port is taken or the address is not this machine's; choose another with --listen" : "";
            throw new StartException("cannot listen on " + address + " (" + e.getMessage() + ")" + hint, e);
        }
    }

    /** The port it listens on. */
    public int port() {
        return http.actualPort();
    }

    /** Where clients reach it, without a slash at the end. */
    public String url() {
        String host = config.host().contains(":") ? "[" + config.host() + "]" : config.host();
        return "http://" + host + ":" + port();
    }

    @Override
    public void close() {
        http.close().await();
        vertx.close().await();
        data.close();
    }
}
