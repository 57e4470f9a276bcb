package dev.thaw.deploy;

import dev.thaw.controlplane.AccessConfig;
import dev.thaw.controlplane.Drain;
import dev.thaw.controlplane.Server;
import dev.thaw.controlplane.ServerConfig;
import dev.thaw.controlplane.StartException;
import dev.thaw.controlplane.TlsFiles;
import dev.thaw.controlplane.async.QueueLimits;
import dev.thaw.controlplane.logs.ServerLog;
import dev.thaw.controlplane.topics.TopicsConfig;
import dev.thaw.invoker.PoolConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code thaw server}: runs until a signal ends it. */
@Command(name = "server", mixinStandardHelpOptions = true, description = "Runs a Thaw server on this machine until it gets a signal.")
final class ServerCommand implements Callable<Integer> {
    /** The exit status after a drain that was not complete. */
    private static final int INCOMPLETE = 3;
    /** What is known of each event in memory is little, and there is an index on disk: what a disk holds is the limit, and this a mistyped number's. */
    private static final int MOST_QUEUE_EVENTS = 100_000_000;
    /** Lambda's quota of an asynchronous event, bytes. */
    private static final int LARGEST_EVENT = 1 << 20;

    private final Terminal terminal;

    @Option(names = "--listen", paramLabel = "HOST:PORT", defaultValue = ServerConfig.DEFAULT_HOST + ":" + ServerConfig.DEFAULT_PORT,
            converter = ListenAddress.Converter.class,
            description = "Where to listen (${DEFAULT-VALUE}). Beyond loopback there has to be a key: see thaw keys.")
    private ListenAddress listen;

    @Option(names = "--data", paramLabel = "DIR",
            description = "Where functions and snapshots are kept; else THAW_DATA, else ~/.local/share/thaw.")
    private Path data;

    @Option(names = "--pool-memory", paramLabel = "SIZE", converter = Memory.Converter.class,
            description = "Private memory that all VMs may hold together, such as 8G; else three quarters of what is available at the start.")
    private Memory poolMemory;

    @Option(names = "--pool-idle", paramLabel = "TIME", defaultValue = "30s", converter = TimeLimit.class,
            description = "After so long without a request a function keeps one VM ready (${DEFAULT-VALUE}).")
    private Duration poolIdle;

    @Option(names = "--pool-empty", paramLabel = "TIME", defaultValue = "10m", converter = TimeLimit.class,
            description = "After so long without a request it keeps none, only its snapshot (${DEFAULT-VALUE}); not below --pool-idle.")
    private Duration poolEmpty;

    @Option(names = "--audit-every", paramLabel = "N", defaultValue = "1000",
            description = "Compare every N-th VM that was rolled back with its snapshot (${DEFAULT-VALUE}); 0 for none.")
    private int auditEvery;

    @Option(names = "--retry-after", paramLabel = "TIME", defaultValue = "5s", converter = TimeLimit.class,
            description = "About how long after a function's first failure of an asynchronous invocation to try again (${DEFAULT-VALUE}); twice as"
                    + " long after the next.")
    private Duration retryAfter;

    @Option(names = "--trigger-retry-after", paramLabel = "TIME", defaultValue = "200ms", converter = TimeLimit.class,
            description = "The same for a batch of a Kafka trigger, for which its partition waits (${DEFAULT-VALUE}); at most half a minute, or this.")
    private Duration triggerRetryAfter;

    @Option(names = "--keys", paramLabel = "FILE",
            description = "Lines 'ACCESS_KEY_ID SECRET [ROLE [NAMESPACE]]', mode 0600: keys for requests that are signed (AWS Signature Version 4).")
    private Path keys;

    @Option(names = "--drain", paramLabel = "TIME", defaultValue = "30s", converter = TimeLimit.class,
            description = "After SIGTERM or Ctrl-C wait so long for what runs (${DEFAULT-VALUE}); the exit status is 3 when that was not enough.")
    private Duration drain;

    @Option(names = "--drain-pause", paramLabel = "TIME", converter = TimeLimit.class,
            description = "Before that, take requests for so long while /healthz answers 503, for load balancers to turn away; else not at all.")
    private Duration drainPause = Duration.ZERO;

    @Option(names = "--tls-cert", paramLabel = "FILE", description = "Speak HTTPS only, with this certificate and those after it (PEM); looked at again when renewed.")
    private Path tlsCertificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "The certificate's private key (PEM, not encrypted), mode 0600.")
    private Path tlsKey;

    @Option(names = "--open-metrics", description = "Let whoever reaches the server read /metrics, when there are keys.")
    private boolean openMetrics;

    @Option(names = "--kafka", paramLabel = "HOST:PORT[,…]",
            description = "Brokers whose topics may be destinations (kafka://TOPIC) of asynchronous invocations.")
    private String kafka;

    @Option(names = "--kafka-access", paramLabel = "FILE",
            description = "How to come in there: Kafka's own settings security.protocol, sasl.* and ssl.*, a properties file of mode 0600.")
    private Path kafkaAccess;

    @Option(names = "--queue-events", paramLabel = "N", defaultValue = "" + QueueLimits.USUAL_EVENTS,
            description = "Asynchronous invocations and dead letters that the queue takes (${DEFAULT-VALUE}); beyond that it refuses more.")
    private int queueEvents;

    @Option(names = "--queue-size", paramLabel = "SIZE", defaultValue = (QueueLimits.USUAL_BYTES >> 30) + "G", converter = DiskSize.Converter.class,
            description = "The same in bytes of their events (${DEFAULT-VALUE}), for which there has to be room below --data.")
    private DiskSize queueSize;

    @Option(names = "--queue-namespace-share", paramLabel = "PERCENT", defaultValue = "" + QueueLimits.USUAL_NAMESPACE_PERCENT,
            description = "The part of either that may wait for the functions of one namespace (${DEFAULT-VALUE}).")
    private int queueNamespaceShare;

    @Option(names = "--queue-function-share", paramLabel = "PERCENT", defaultValue = "" + QueueLimits.USUAL_FUNCTION_PERCENT,
            description = "The part of either that may wait for one function (${DEFAULT-VALUE}); not above --queue-namespace-share.")
    private int queueFunctionShare;

    @Option(names = "--log-json", description = "Write the server's log as a JSON object a line.")
    private boolean logJson;

    ServerCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws InterruptedException {
        ServerLog.install(logJson);
        Path folder = data != null ? data : DataFolder.ofEnvironment(terminal.environment());
        ServerConfig config = ServerConfig.of(folder).listen(listen.host(), listen.port()).with(pool()).retryingAfter(retryAfter)
                .retryingTriggersAfter(triggerRetryAfter).draining(new Drain(drainPause, drain)).queueing(queue());
        config = kafka == null ? config : config.telling(topics());
        EndSignals signals = EndSignals.take();
        Server server = start(config.with(access()));
        // What ends the JVM otherwise (SIGHUP) lets running requests end too.
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(server::close));
        terminal.out().println("Thaw listens on " + server.url() + ", data in " + config.dataDir());
        signals.await();
        terminal.err().println("thaw: draining, for at most " + drain.plus(drainPause).toSeconds() + " s; a second signal ends the server at once");
        return server.drain() ? 0 : INCOMPLETE;
    }

    private AccessConfig access() {
        AccessConfig access = keys == null ? AccessConfig.USUAL : AccessConfig.USUAL.withKeys(keys);
        if ((tlsCertificate == null) != (tlsKey == null)) {
            throw new Failure(Failure.USAGE, "--tls-cert and --tls-key go together: name the certificate and its private key");
        }
        if (tlsCertificate != null) {
            access = access.withTls(new TlsFiles(tlsCertificate, tlsKey));
        }
        return openMetrics ? access.openingMetrics() : access;
    }

    private TopicsConfig topics() {
        try {
            return new TopicsConfig(kafka, Optional.ofNullable(kafkaAccess));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, "--kafka: " + e.getMessage());
        }
    }

    private QueueLimits queue() {
        inRange("--queue-events", queueEvents, 1, MOST_QUEUE_EVENTS);
        inRange("--queue-namespace-share", queueNamespaceShare, 1, 100);
        inRange("--queue-function-share", queueFunctionShare, 1, 100);
        if (queueFunctionShare > queueNamespaceShare) {
            throw new Failure(Failure.USAGE, "--queue-function-share must not be above --queue-namespace-share: a function's events are of its namespace");
        }
        if (queueEvents * (long) queueFunctionShare < 100) {
            throw new Failure(Failure.USAGE, "--queue-events must be more: of " + queueEvents + " no function could have one with --queue-function-share "
                    + queueFunctionShare);
        }
        if (queueSize.bytes() / 100 * queueFunctionShare < LARGEST_EVENT) {
            throw new Failure(Failure.USAGE, "--queue-size must be more: with --queue-function-share " + queueFunctionShare
                    + " a function's part has no room for the largest event, 1 MiB");
        }
        return QueueLimits.of(queueEvents, queueSize.bytes(), queueNamespaceShare, queueFunctionShare);
    }

    private static void inRange(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new Failure(Failure.USAGE, option + " must be " + least + " to " + most + ", not " + value);
        }
    }

    private PoolConfig pool() {
        if (auditEvery < 0) {
            throw new Failure(Failure.USAGE, "--audit-every must be 0 or more, not " + auditEvery);
        }
        if (poolEmpty.compareTo(poolIdle) < 0) {
            throw new Failure(Failure.USAGE, "--pool-empty must not be shorter than --pool-idle: a function keeps one VM before it keeps none");
        }
        PoolConfig usual = PoolConfig.USUAL.auditing(auditEvery).unused(poolIdle, poolEmpty);
        return poolMemory == null ? usual : usual.within(poolMemory.bytes());
    }

    private static Server start(ServerConfig config) {
        try {
            return Server.start(config);
        } catch (StartException e) {
            throw new Failure(Failure.FAILED, e.getMessage());
        }
    }
}
