package dev.thaw.controlplane.triggers;

import java.util.Optional;

/**
 * How brokers are spoken to. What is secret is only named here: each name is a file of the server's folder for secrets, which {@link Secrets}
 * reads when a connection is made.
 *
 * @param tls               whether the connection is encrypted; a login without it sends its password in the clear (PLAIN) or lets who listens
 *                          guess it (SCRAM)
 * @param login             SASL
 * @param serverCa          a PEM file of the certificates that may vouch for the brokers; empty for those the JDK trusts
 * @param clientCertificate a JSON file with this side's certificate chain and key
 */
public record KafkaAccess(boolean tls, Optional<Login> login, Optional<String> serverCa, Optional<String> clientCertificate) {
    /** Neither encrypted nor authenticated. */
    public static final KafkaAccess PLAINTEXT = new KafkaAccess(false, Optional.empty(), Optional.empty(), Optional.empty());

    /** @param secret a JSON file with username and password */
    public record Login(Mechanism mechanism, String secret) {}

    /** {@code security.protocol} of Kafka's clients. */
    public String protocol() {
        return (login.isPresent() ? "SASL_" : "") + (tls ? "SSL" : "PLAINTEXT");
    }

    /** SASL mechanisms, and what Lambda calls them. */
    public enum Mechanism {
        PLAIN("PLAIN", "BASIC_AUTH"),
        SCRAM_SHA_256("SCRAM-SHA-256", "SASL_SCRAM_256_AUTH"),
        SCRAM_SHA_512("SCRAM-SHA-512", "SASL_SCRAM_512_AUTH");

        private final String kafka;
        private final String lambda;

        Mechanism(String kafka, String lambda) {
            this.kafka = kafka;
            this.lambda = lambda;
        }

        /** {@code sasl.mechanism} of Kafka's clients. */
        public String kafkaName() {
            return kafka;
        }

        /** SourceAccessType in Lambda's service model. */
        public String lambdaName() {
            return lambda;
        }
    }
}
