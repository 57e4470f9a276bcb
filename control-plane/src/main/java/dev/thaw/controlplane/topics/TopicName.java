package dev.thaw.controlplane.topics;

import java.util.Optional;
import java.util.regex.Pattern;

/** A Kafka topic as a destination: {@code kafka://NAME}, which is how Lambda writes it. */
public record TopicName(String name) {
    private static final String SCHEME = "kafka://";
    /** Kafka's rule for names (org.apache.kafka.common.internals.Topic): at most 249 of these characters, neither "." nor "..". */
    private static final Pattern LEGAL = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

    /** The topic that a destination names; empty when it is no topic's name. */
    public static Optional<TopicName> parse(String destination) {
        return Optional.of(destination).filter(text -> text.startsWith(SCHEME)).map(text -> text.substring(SCHEME.length()))
                .filter(name -> LEGAL.matcher(name).matches()).map(TopicName::new);
    }

    @Override
    public String toString() {
        return SCHEME + name;
    }
}
