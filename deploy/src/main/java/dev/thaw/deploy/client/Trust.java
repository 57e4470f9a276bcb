package dev.thaw.deploy.client;

import dev.thaw.deploy.Failure;
import dev.thaw.deploy.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Whom a client believes to be the server that it asked for. */
final class Trust {
    private Trust() {}

    /** Only who has a certificate of these (PEM), or one that they have signed. */
    static SSLContext only(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates = CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new Failure(Failure.FAILED, "--ca " + file + " holds no certificate (PEM)");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each : certificates) {
                store.setCertificateEntry("ca" + number++, each);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException e) {
            throw new Failure(Failure.FAILED, "--ca " + file + " cannot be read: " + Reason.of(e));
        } catch (GeneralSecurityException e) {
            throw new Failure(Failure.FAILED, "--ca " + file + " holds no certificate (PEM): " + e.getMessage());
        }
    }
}
