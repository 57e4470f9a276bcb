package dev.thaw.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Properties;

/**
 * What a broker asks of who comes in by its listeners that are not plain: a user by SASL (PLAIN, SCRAM-SHA-256, SCRAM-SHA-512), and over TLS a
 * certificate that it signed itself. A client may show a certificate of its own.
 *
 * @param user     SASL's, all mechanisms'
 * @param password SASL's
 * @param folder   where certificates and keys are
 */
public record BrokerAccess(String user, String password, Path folder) {
    /** Of the key stores in the folder. */
    public static final String STORE_PASSWORD = Keytool.STORE_PASSWORD;
    private static final String MECHANISMS = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512";

    /** With keys and certificates made anew below {@code folder}, by the JDK's keytool. */
    static BrokerAccess make(String user, String password, Path folder) throws IOException {
        Files.createDirectories(folder);
        BrokerAccess access = new BrokerAccess(user, password, folder);
        for (String who : List.of("broker", "client")) {
            Keytool.run("-genkeypair", "-alias", who, "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650", "-dname", "CN=" + who,
                    "-ext", "san=ip:127.0.0.1,dns:localhost", "-storetype", "PKCS12", "-keystore", folder.resolve(who + ".p12").toString());
            Keytool.run("-exportcert", "-rfc", "-alias", who, "-file", folder.resolve(who + ".pem").toString(),
                    "-keystore", folder.resolve(who + ".p12").toString());
        }
        return access;
    }

    /** The broker's certificate in PEM, which is what a client has to trust. */
    public Path certificate() {
        return folder.resolve("broker.pem");
    }

    /** A PKCS #12 store with a key and certificate that the broker knows, for a client that shows one; {@link #STORE_PASSWORD} opens it. */
    public Path clientStore() {
        return folder.resolve("client.p12");
    }

    /** The client's private key in PEM (PKCS #8, not encrypted). */
    public String clientKey() throws IOException {
        try (InputStream in = Files.newInputStream(clientStore())) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, STORE_PASSWORD.toCharArray());
            byte[] key = store.getKey("client", STORE_PASSWORD.toCharArray()).getEncoded();
            return PemFiles.pem("PRIVATE KEY", key);
        } catch (GeneralSecurityException e) {
            throw new IOException(clientStore() + " cannot be read", e);
        }
    }

    /** The client's certificate in PEM. */
    public String clientCertificate() throws IOException {
        return Files.readString(folder.resolve("client.pem"));
    }

    /** What the broker's own properties get. The names of Kafka's settings are those of its documentation, "Broker Configs". */
    Properties settings() throws IOException {
        Properties settings = new Properties();
        settings.setProperty("ssl.keystore.type", "PKCS12");
        settings.setProperty("ssl.keystore.location", folder.resolve("broker.p12").toString());
        settings.setProperty("ssl.keystore.password", STORE_PASSWORD);
        settings.setProperty("ssl.key.password", STORE_PASSWORD);
        settings.setProperty("ssl.truststore.type", "PEM");
        settings.setProperty("ssl.truststore.certificates", clientCertificate());
        settings.setProperty("ssl.client.auth", "requested");
        settings.setProperty("sasl.enabled.mechanisms", MECHANISMS);
        for (String listener : List.of("sasl_plaintext", "sasl_ssl")) {
            settings.setProperty("listener.name." + listener + ".plain.sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required user_" + user + "=\"" + password + "\";");
            for (String scram : List.of("scram-sha-256", "scram-sha-512")) {
                settings.setProperty("listener.name." + listener + "." + scram + ".sasl.jaas.config",
                        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
            }
        }
        return settings;
    }

    /** How a client comes in: settings of kafka-clients beside the address. {@code mechanism} counts for SASL's listeners only. */
    public Properties client(BrokerListener listener, String mechanism) {
        Properties settings = new Properties();
        settings.setProperty("security.protocol", listener.name());
        if (listener == BrokerListener.SSL || listener == BrokerListener.SASL_SSL) {
            settings.setProperty("ssl.truststore.type", "PEM");
            settings.setProperty("ssl.truststore.location", certificate().toString());
        }
        if (listener == BrokerListener.SASL_PLAINTEXT || listener == BrokerListener.SASL_SSL) {
            settings.setProperty("sasl.mechanism", mechanism);
            String module = mechanism.equals("PLAIN") ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
            settings.setProperty("sasl.jaas.config", "org.apache.kafka.common.security." + module + " required username=\"" + user
                    + "\" password=\"" + password + "\";");
        }
        return settings;
    }
}
