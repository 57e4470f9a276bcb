package dev.thaw.controlplane;

import dev.thaw.controlplane.logs.Field;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** A server's TLS: who it is, and that a renewed certificate is taken up while it runs. Its thread ends with {@link #close}. */
final class Tls implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Tls.class.getName());
    /** Nothing older is spoken: RFC 8996. */
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
    private static final Duration SOON = Duration.ofDays(7);

    private final TlsFiles files;
    private final Duration lookEvery;
    private final TlsFiles.Identity first;
    private List<FileTime> seen;
    private volatile Thread watch = Thread.ofPlatform().unstarted(() -> { });

    private Tls(TlsFiles files, Duration lookEvery, TlsFiles.Identity first, List<FileTime> seen) {
        this.files = files;
        this.lookEvery = lookEvery;
        this.first = first;
        this.seen = seen;
    }

    /** @param lookEvery how often to look whether the files were renewed */
    static Tls open(TlsFiles files, Duration lookEvery) throws StartException {
        try {
            List<FileTime> seen = files.changed(); // before, so that what changes meanwhile is looked at again
            TlsFiles.Identity identity = files.read();
            warn(identity);
            return new Tls(files, lookEvery, identity, seen);
        } catch (NoSuchFileException e) {
            throw new StartException("the TLS certificate or key " + e.getFile() + " is not there", e);
        } catch (IOException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    private static void warn(TlsFiles.Identity identity) {
        Instant now = Instant.now();
        if (now.isAfter(identity.expires())) {
            LOG.log(Level.WARNING, "the TLS certificate has expired: clients will refuse it", new Field("expired", identity.expires()));
        } else if (now.plus(SOON).isAfter(identity.expires())) {
            LOG.log(Level.WARNING, "the TLS certificate expires soon", new Field("expires", identity.expires()));
        }
        if (now.isBefore(identity.begins())) {
            LOG.log(Level.WARNING, "the TLS certificate is not valid yet: clients will refuse it", new Field("begins", identity.begins()));
        }
    }

    private static PemKeyCertOptions pem(TlsFiles.Identity identity) {
        return new PemKeyCertOptions().addCertValue(Buffer.buffer(identity.certificatePem())).addKeyValue(Buffer.buffer(identity.keyPem()));
    }

    /** Lets a server that is to be started speak TLS and nothing else. */
    void secure(HttpServerOptions options) {
        options.setSsl(true).setUseAlpn(false).setEnabledSecureTransportProtocols(PROTOCOLS).setKeyCertOptions(pem(first));
    }

    /** Takes up what is renewed on disk, from now on. */
    void watch(HttpServer http) {
        watch = Thread.ofPlatform().daemon().name("thaw-tls").start(() -> {
            try {
                while (true) {
                    Thread.sleep(lookEvery);
                    look(http);
                }
            } catch (InterruptedException _) {
                // The server closes.
            }
        });
    }

    /** What cannot be used, such as a certificate whose key is still being written, changes nothing. */
    private void look(HttpServer http) {
        try {
            List<FileTime> now = files.changed();
            if (now.equals(seen)) {
                return;
            }
            seen = now;
            TlsFiles.Identity renewed = files.read();
            http.updateSSLOptions((ServerSSLOptions) new ServerSSLOptions().setUseAlpn(false).setEnabledSecureTransportProtocols(PROTOCOLS)
                    .setKeyCertOptions(pem(renewed))).await();
            LOG.log(Level.INFO, "the TLS certificate was renewed", new Field("expires", renewed.expires()));
            warn(renewed);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "the renewed TLS certificate cannot be used, the one before still is: " + e.getMessage());
        }
    }

    @Override
    public void close() {
        watch.interrupt();
    }
}
