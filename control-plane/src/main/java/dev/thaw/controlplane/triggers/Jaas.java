package dev.thaw.controlplane.triggers;

import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** Writes a login in the form in which Kafka's clients take it ({@code sasl.jaas.config}). */
final class Jaas {
    private Jaas() {}

    static String of(KafkaAccess.Mechanism mechanism, Secrets.Login login) {
        String module = switch (mechanism) {
            case PLAIN -> PlainLoginModule.class.getName();
            case SCRAM_SHA_256, SCRAM_SHA_512 -> ScramLoginModule.class.getName();
        };
        return module + " required username=" + quoted(login.username()) + " password=" + quoted(login.password()) + ";";
    }

    /** As java.io.StreamTokenizer, which reads it, takes text apart: quotes and line ends would end it. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : text.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format("\\%03o", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
