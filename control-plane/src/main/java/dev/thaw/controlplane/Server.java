package dev.thaw.controlplane;

import dev.thaw.controlplane.http.Connections;
import dev.thaw.controlplane.http.InvalidRequests;
import dev.thaw.controlplane.logs.Field;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.lang.System.Logger.Level;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running Thaw server: HTTP API, registry and invoker over one data directory.
 *
 * <p>Owns everything it starts; {@link #close()} stops accepting, lets running invocations end within the configured
 * limit and releases the data directory. Thread-safe.
 */
public final class Server implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Server.class.getName());
    private static final long LISTEN_SECONDS = 30;
    /** Above the 4,780 characters that X-Amz-Client-Context may have. */
    private static final int MAX_HEADER_BYTES = 32 << 10;
    private static final int MAX_REQUEST_LINE_BYTES = 16 << 10;
    /** Of a connection on which nothing moves: longer than the longest invocation, 900 s. */
    private static final int IDLE_SECONDS = 960;
    /** How often connections are looked at. */
    private static final long LOOK_MILLIS = 1_000;

    private final ServerConfig config;
    private final DataDirectory data;
    private final Platform platform;
    private final Vertx vertx;
    private final HttpServer http;
    private final Connections connections;
    private final Optional<Tls> tls;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Server(ServerConfig config, DataDirectory data, Platform platform, Vertx vertx, HttpServer http, Connections connections, Optional<Tls> tls) {
        this.config = config;
        this.data = data;
        this.platform = platform;
        this.vertx = vertx;
        this.http = http;
        this.connections = connections;
        this.tls = tls;
    }

    /**
     * Starts a server; it accepts requests when this returns. Functions deployed before become ready in the background, and
     * invocations wait for that. Without KVM it starts too, and refuses invocations with the reason.
     *
     * @throws StartException with the reason: port taken, data directory not writable or in use, an address beyond loopback and no key
     */
    public static Server start(ServerConfig config) throws StartException {
        boolean loopback = isLoopback(config.host());
        DataDirectory data = DataDirectory.open(config.dataDir());
        try {
            Platform platform = Platform.open(data, config, loopback);
            try {
                if (!loopback && !platform.access().hasKeys()) {
                    throw new StartException(needsKey(config));
                }
                return listen(config, loopback, data, platform);
            } catch (StartException | RuntimeException e) {
                platform.close();
                throw e;
            }
        } catch (StartException | RuntimeException e) {
            data.close();
            throw e;
        }
    }

    private static String needsKey(ServerConfig config) {
        String address = (config.host().contains(":") ? "[" + config.host() + "]" : config.host()) + ":" + config.port();
        return address + " is reachable from beyond this machine and there is no key yet: whoever reaches it could deploy and run code."
                + " Make a key, and start again:\n  thaw keys create --role admin --data " + config.dataDir()
                + "\n  thaw server --listen " + address + " --data " + config.dataDir();
    }

    private static Server listen(ServerConfig config, boolean loopback, DataDirectory data, Platform platform) throws StartException {
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        try {
            HttpServerOptions options = new HttpServerOptions()
                    .setHandle100ContinueAutomatically(true)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
                    .setHttp2ClearTextEnabled(false)
                    // Nothing here speaks WebSocket: its handlers would look at every request.
                    .setPerMessageWebSocketCompressionSupported(false)
                    .setPerFrameWebSocketCompressionSupported(false)
                    .setIdleTimeout(IDLE_SECONDS);
            Connections connections = Connections.ofThisProcess();
            Optional<Tls> tls = config.access().tls().isEmpty() ? Optional.empty()
                    : Optional.of(Tls.open(config.access().tls().get(), config.access().lookEvery()));
            tls.ifPresent(secure -> secure.secure(options));
            HttpServer http = await(vertx.createHttpServer(options)
                    .connectionHandler(connections::opened)
                    .invalidRequestHandler(InvalidRequests::refuse)
                    .requestHandler(platform.api().router(vertx, loopback, connections))
                    .listen(config.port(), config.host()), config);
            Server server = new Server(config, data, platform, vertx, http, connections, tls);
            vertx.setPeriodic(LOOK_MILLIS, _ -> connections.look(System.nanoTime()));
            server.announce(loopback);
            tls.ifPresentOrElse(secure -> secure.watch(http), () -> HttpWarmup.start(config.host(), server.port(), platform.access().keys().ownToken()));
            return server;
        } catch (StartException | RuntimeException e) {
            vertx.close().await();
            throw e;
        }
    }

    private void announce(boolean loopback) {
        LOG.log(Level.INFO, "server listens", new Field("url", url()), new Field("data", config.dataDir()),
                new Field("functions", platform.functions().list().size()));
        if (!loopback && tls.isEmpty()) {
            LOG.log(Level.WARNING, "listening beyond loopback without TLS (--tls-cert, --tls-key): keys, requests and answers can be read by whoever"
                    + " sees them on their way, and signed requests sent again for minutes");
        }
        if (!loopback) {
            LOG.log(Level.INFO, "functions' URLs need no key: they are open to all who reach " + url() + "/fn/");
        }
        platform.functions().kvmProblem().ifPresent(problem -> LOG.log(Level.WARNING, "functions cannot run: " + problem));
    }

    private static boolean isLoopback(String host) throws StartException {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new StartException("the host '" + host + "' is not known; give an address of this machine with --listen", e);
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
        return (tls.isPresent() ? "https://" : "http://") + host + ":" + port();
    }

    /** As {@link #drain} does. A second call does nothing. */
    @Override
    public void close() {
        drain();
    }

    /**
     * Comes to an end as the configuration has it: fails its health check, then takes no more requests, waits for those that run, ends what
     * runs on after the limit, and closes everything. Events that were accepted and have not begun stay in the queue.
     *
     * @return whether all that ran has ended by itself; true from a second call, which does nothing
     */
    public boolean drain() {
        if (!closed.compareAndSet(false, true)) {
            return true;
        }
        Duration limit = config.drain().limit();
        LOG.log(Level.INFO, "draining: " + platform.functions().open() + " invocations run or wait, for which there are " + limit.toSeconds() + " s");
        platform.endStreams(limit);
        connections.drain();
        pause(config.drain().pause());
        connections.stop();
        Future<Void> down = http.shutdown(limit.plusSeconds(1));
        boolean complete = platform.drain(limit);
        if (complete) {
            quietly(down);
        }
        platform.close();
        tls.ifPresent(Tls::close);
        quietly(vertx.close());
        data.close();
        LOG.log(Level.INFO, complete ? "drained: every request was answered" : "ended with requests that were not answered");
        return complete;
    }

    private static void pause(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void quietly(Future<Void> closing) {
        try {
            closing.await();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "closing the server: " + e);
        }
    }
}
