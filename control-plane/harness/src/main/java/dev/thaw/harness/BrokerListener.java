package dev.thaw.harness;

/** The ways into a broker, by Kafka's names of their security protocols. Without access settings a broker has the first only. */
public enum BrokerListener {
    PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL
}
