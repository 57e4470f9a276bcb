package dev.thaw.controlplane;

import dev.thaw.controlplane.async.QueueLimits;
import dev.thaw.controlplane.topics.TopicsConfig;
import dev.thaw.invoker.PoolConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a server is to run.
 *
 * @param host       address to listen on; beyond loopback the server does not start unless there is a key
 * @param port       TCP port, 0 to 65535; 0 takes a free one, see {@link Server#port()}
 * @param dataDir    where registry, packages, snapshots and logs live; created with mode 0700 when missing. One server
 *                   at a time owns it
 * @param drain      how {@link Server#close()} goes about it
 * @param pool       VMs that stand ready
 * @param retryAfter how long after a function's first failure of an asynchronous invocation it is tried again, more than 0; twice as long
 *                   after the next, and each time by chance half as much more or less
 * @param triggerRetryAfter the same for a batch of a Kafka trigger, for which its whole partition waits
 * @param topics     brokers whose topics may be told what became of asynchronous invocations
 * @param access     how it knows whom it talks to
 * @param queue      how many asynchronous invocations and dead letters it keeps
 */
public record ServerConfig(String host, int port, Path dataDir, Drain drain, PoolConfig pool, Duration retryAfter,
        Duration triggerRetryAfter, Optional<TopicsConfig> topics, AccessConfig access, QueueLimits queue) {
    public static final String DEFAULT_HOST = "127.0.0.1";
    public static final int DEFAULT_PORT = 8080;
    private static final Duration DEFAULT_RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration DEFAULT_TRIGGER_RETRY_AFTER = Duration.ofMillis(200);

    public ServerConfig {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is empty");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 0 and 65535");
        }
        if (retryAfter.toMillis() < 1 || triggerRetryAfter.toMillis() < 1) {
            throw new IllegalArgumentException("a pause before another try is less than a millisecond");
        }
        dataDir = dataDir.toAbsolutePath().normalize();
    }

    /** A server on {@value #DEFAULT_HOST}:{@value #DEFAULT_PORT} over {@code dataDir}. */
    public static ServerConfig of(Path dataDir) {
        return new ServerConfig(DEFAULT_HOST, DEFAULT_PORT, dataDir, Drain.USUAL, PoolConfig.USUAL, DEFAULT_RETRY_AFTER,
                DEFAULT_TRIGGER_RETRY_AFTER, Optional.empty(), AccessConfig.USUAL, QueueLimits.USUAL);
    }

    /** The same server listening elsewhere. */
    public ServerConfig listen(String newHost, int newPort) {
        return new ServerConfig(newHost, newPort, dataDir, drain, pool, retryAfter, triggerRetryAfter, topics, access, queue);
    }

    /** The same server with other pools. */
    public ServerConfig with(PoolConfig newPool) {
        return new ServerConfig(host, port, dataDir, drain, newPool, retryAfter, triggerRetryAfter, topics, access, queue);
    }

    /** The same server with another first pause before an asynchronous invocation is tried again. */
    public ServerConfig retryingAfter(Duration pause) {
        return new ServerConfig(host, port, dataDir, drain, pool, pause, triggerRetryAfter, topics, access, queue);
    }

    /** The same server with another first pause before a trigger's batch is tried again. */
    public ServerConfig retryingTriggersAfter(Duration pause) {
        return new ServerConfig(host, port, dataDir, drain, pool, retryAfter, pause, topics, access, queue);
    }

    /** The same server, coming to its end in another way. */
    public ServerConfig draining(Drain newDrain) {
        return new ServerConfig(host, port, dataDir, newDrain, pool, retryAfter, triggerRetryAfter, topics, access, queue);
    }

    /** The same server, with topics that can be told. */
    public ServerConfig telling(TopicsConfig brokers) {
        return new ServerConfig(host, port, dataDir, drain, pool, retryAfter, triggerRetryAfter, Optional.of(brokers), access, queue);
    }

    /** The same server, letting others in. */
    public ServerConfig with(AccessConfig newAccess) {
        return new ServerConfig(host, port, dataDir, drain, pool, retryAfter, triggerRetryAfter, topics, newAccess, queue);
    }

    /** The same server with another queue. */
    public ServerConfig queueing(QueueLimits limits) {
        return new ServerConfig(host, port, dataDir, drain, pool, retryAfter, triggerRetryAfter, topics, access, limits);
    }

    /** The same server, taking requests that are signed with keys of this file. */
    public ServerConfig withKeys(Path file) {
        return with(access.withKeys(file));
    }
}
