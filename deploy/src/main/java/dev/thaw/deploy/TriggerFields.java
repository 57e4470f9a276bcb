package dev.thaw.deploy;

import java.util.Map;

/** Lambda's fields of a trigger by the options of {@code thaw triggers} that fill them, so that a refusal names what was typed. */
final class TriggerFields {
    private static final int REFUSED = 400;
    private static final Map<String, String> OPTIONS = Map.ofEntries(
            Map.entry("FunctionName", "FUNCTION"),
            Map.entry("SelfManagedEventSource", "--brokers"),
            Map.entry("Topics", "--topic"),
            Map.entry("SelfManagedKafkaEventSourceConfig", "--group"),
            Map.entry("StartingPositionTimestamp", "--from"),
            Map.entry("BatchSize", "--batch"),
            Map.entry("MaximumBatchingWindowInSeconds", "--window"),
            Map.entry("MaximumRetryAttempts", "--retries"),
            Map.entry("MaximumRecordAgeInSeconds", "--max-age"),
            Map.entry("DestinationConfig", "--on-failure"),
            Map.entry("FilterCriteria", "--filter"),
            Map.entry("SourceAccessConfigurations", "--broker-login, --broker-ca or --broker-certificate"),
            Map.entry("Tags", "--format or --broker-tls"));

    private TriggerFields() {}

    /** The same failure; where the server refuses a field, the option that filled it stands first. */
    static Failure inOptions(Failure failure) {
        String message = String.valueOf(failure.getMessage());
        String field = message.split("[^A-Za-z]", 2)[0];
        return failure.http() == REFUSED && OPTIONS.containsKey(field)
                ? new Failure(Failure.USAGE, OPTIONS.get(field) + ": " + message, failure.http()) : failure;
    }
}
