package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.harness.PemFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that speaks TLS: with whom it does, and what it says of certificates that are of no use. */
@Timeout(120)
class TlsTest {
    @TempDir
    private Path folder;

    private Server start(TlsFiles files) throws StartException {
        return Server.start(ServerConfig.of(folder.resolve("data")).listen("127.0.0.1", 0)
                .with(AccessConfig.USUAL.withTls(files).lookingEvery(Duration.ofMillis(50))));
    }

    /** Believes everybody: what a certificate says is looked at by the tests. */
    private static final class Credulous implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private record Answer(String subject, String protocol, String text) {}

    private static Answer ask(Server server, String... protocols) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Credulous()}, null);
        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port())) {
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            X509Certificate certificate = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(certificate.getSubjectX500Principal().getName(), socket.getSession().getProtocol(), text);
        }
    }

    private TlsFiles made(String name, String algorithm, String... more) throws Exception {
        PemFiles files = PemFiles.make(folder, name, algorithm, more);
        return new TlsFiles(files.certificate(), files.key());
    }

    @Test
    void speaksTlsFrom12OnAndNoPlainHttp() throws Exception {
        try (Server server = start(made("one", "EC"))) {
            assertTrue(server.url().startsWith("https://"), server.url());
            Answer answer = ask(server);
            assertEquals("CN=one", answer.subject());
            assertEquals("TLSv1.3", answer.protocol());
            assertTrue(answer.text().startsWith("HTTP/1.1 200"), answer.text());
            assertEquals("TLSv1.2", ask(server, "TLSv1.2").protocol());
            assertThrows(SSLException.class, () -> ask(server, "TLSv1.1"));
            assertFalse(plain(server).startsWith("HTTP/1.1 200"), "plain HTTP is not spoken there");
        }
    }

    private static String plain(Server server) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port()); InputStream in = socket.getInputStream()) {
            socket.getOutputStream().write("GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        } catch (IOException _) {
            return ""; // reset
        }
    }

    @Test
    void takesUpARenewedCertificateAndNotOneThatDoesNotFit() throws Exception {
        TlsFiles files = made("one", "EC");
        TlsFiles renewed = made("two", "RSA");
        try (Server server = start(files)) {
            Files.move(renewed.certificate(), files.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Thread.sleep(300); // looked at meanwhile, as a renewal in two steps is
            assertEquals("CN=one", ask(server).subject(), "its key is not there yet");
            Files.move(renewed.key(), files.key(), StandardCopyOption.REPLACE_EXISTING);
            while (!ask(server).subject().equals("CN=two")) {
                Thread.sleep(20);
            }
            Files.writeString(files.certificate(), "rubbish");
            Thread.sleep(300);
            assertEquals("CN=two", ask(server).subject());
        }
    }

    @Test
    void startsWithAnExpiredCertificateBecauseClientsWillSay() throws Exception {
        try (Server server = start(made("old", "EC", "-startdate", "-10d", "-validity", "5"))) {
            assertEquals("CN=old", ask(server).subject());
        }
    }

    @Test
    void saysWhatIsWrongWithTheFiles() throws Exception {
        TlsFiles one = made("one", "EC");
        TlsFiles two = made("two", "EC");
        TlsFiles rsa = made("rsa", "RSA");
        refused(new TlsFiles(one.certificate(), two.key()), "is not that of the first certificate");
        refused(new TlsFiles(one.certificate(), rsa.key()), "is not that of the first certificate");
        refused(new TlsFiles(one.key(), one.key()), "-----BEGIN CERTIFICATE-----");
        refused(new TlsFiles(one.certificate(), one.certificate()), "can be used by others");
        refused(new TlsFiles(folder.resolve("none"), one.key()), "none");
        refused(new TlsFiles(one.certificate(), folder.resolve("none")), "none");
        Files.setPosixFilePermissions(two.key(), PosixFilePermissions.fromString("rw-r-----"));
        refused(two, "chmod 600");
        Path old = folder.resolve("old.key");
        Files.writeString(old, Files.readString(one.key()).replace("PRIVATE", "EC PRIVATE"));
        Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rw-------"));
        refused(new TlsFiles(one.certificate(), old), "openssl pkcs8");
    }

    private void refused(TlsFiles files, String reason) {
        String message = assertThrows(StartException.class, () -> start(files).close()).getMessage();
        assertTrue(message.contains(reason), message);
    }
}
