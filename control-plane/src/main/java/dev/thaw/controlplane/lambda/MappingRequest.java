package dev.thaw.controlplane.lambda;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.triggers.EventSourceMapping;
import dev.thaw.controlplane.triggers.KafkaAccess;
import dev.thaw.controlplane.triggers.RecordFilter;
import dev.thaw.controlplane.triggers.Secrets;
import dev.thaw.controlplane.triggers.StartingPosition;
import dev.thaw.controlplane.triggers.filter.PatternException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a request says of an event source mapping, by the fields that creating and changing one have in common: empty where it says nothing.
 *
 * @param onFailure an empty text for none
 */
record MappingRequest(Optional<FunctionReference> function, Optional<Boolean> enabled, OptionalInt records, OptionalInt windowSeconds,
        OptionalInt retries, OptionalInt ageSeconds, Optional<Boolean> bisect, Optional<Boolean> itemFailures, Optional<String> onFailure,
        Optional<List<String>> filters, Optional<KafkaAccess> access) {
    static final Set<String> FIELDS = Set.of("FunctionName", "Enabled", "BatchSize", "FilterCriteria", "MaximumBatchingWindowInSeconds",
            "DestinationConfig", "MaximumRecordAgeInSeconds", "BisectBatchOnFunctionError", "MaximumRetryAttempts", "SourceAccessConfigurations",
            "FunctionResponseTypes");
    /** Lambda's, of other sources or of its own plumbing. */
    static final Set<String> UNSUPPORTED = Set.of("EventSourceArn", "KMSKeyArn", "MetricsConfig", "LoggingConfig", "ScalingConfig",
            "ParallelizationFactor", "TumblingWindowInSeconds", "Queues", "AmazonManagedKafkaEventSourceConfig", "DocumentDBEventSourceConfig",
            "ProvisionedPollerConfig");
    /** DestinationArn in the service model, as far as it is of Kafka. */
    private static final Pattern KAFKA = Pattern.compile("kafka://[a-zA-Z0-9_-][a-zA-Z0-9\\-_.]{0,248}");
    private static final String SECRET = "secret:";

    static MappingRequest of(Fields fields, Namespace namespace) throws Problem {
        return new MappingRequest(function(fields, namespace), fields.optionalFlag("Enabled"),
                fields.integer("BatchSize", 1, EventSourceMapping.Batching.MOST_RECORDS),
                fields.integer("MaximumBatchingWindowInSeconds", 0, EventSourceMapping.Batching.LONGEST_WINDOW_MILLIS / 1_000),
                fields.integer("MaximumRetryAttempts", EventSourceMapping.FailurePolicy.UNLIMITED, EventSourceMapping.FailurePolicy.MOST_RETRIES),
                age(fields), fields.optionalFlag("BisectBatchOnFunctionError"), itemFailures(fields), onFailure(fields, namespace), filters(fields),
                access(fields, namespace));
    }

    private static Optional<FunctionReference> function(Fields fields, Namespace namespace) throws Problem {
        Optional<String> name = fields.text("FunctionName", 256);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        Optional<FunctionReference> reference = FunctionReference.parse(namespace, name.get(), Optional.empty());
        if (reference.isEmpty()) {
            throw Problem.invalidParameter("FunctionName is '" + Fields.shown(name.get()) + "'; it takes the name of a function or its ARN, each with "
                    + "a version or an alias or without");
        }
        return reference;
    }

    private static OptionalInt age(Fields fields) throws Problem {
        OptionalInt age = fields.integer("MaximumRecordAgeInSeconds", EventSourceMapping.FailurePolicy.UNLIMITED, EventSourceMapping.FailurePolicy.MOST_AGE_SECONDS);
        if (age.isPresent() && age.getAsInt() != EventSourceMapping.FailurePolicy.UNLIMITED
                && age.getAsInt() < EventSourceMapping.FailurePolicy.LEAST_AGE_SECONDS) {
            throw Problem.invalidParameter("MaximumRecordAgeInSeconds is " + age.getAsInt() + "; it takes -1, for no limit, or "
                    + EventSourceMapping.FailurePolicy.LEAST_AGE_SECONDS + " to " + EventSourceMapping.FailurePolicy.MOST_AGE_SECONDS);
        }
        return age;
    }

    private static Optional<Boolean> itemFailures(Fields fields) throws Problem {
        Optional<List<String>> types = fields.texts("FunctionResponseTypes");
        if (types.isPresent() && !Set.of(List.of(), List.of("ReportBatchItemFailures")).contains(types.get())) {
            throw Problem.invalidParameter("FunctionResponseTypes takes ReportBatchItemFailures, or nothing");
        }
        return types.map(all -> !all.isEmpty());
    }

    private static Optional<String> onFailure(Fields fields, Namespace namespace) throws Problem {
        Optional<Fields> destinations = fields.object("DestinationConfig");
        if (destinations.isEmpty()) {
            return Optional.empty();
        }
        Optional<Fields> inside = destinations.get().allow(Set.of("OnFailure"), Set.of("OnSuccess")).object("OnFailure");
        if (inside.isEmpty()) {
            return Optional.of("");
        }
        String to = inside.get().allow("Destination").text("Destination", 350).orElse("");
        boolean function = to.startsWith("arn:") && FunctionReference.parse(namespace, to, Optional.empty()).filter(one -> one.isOf(namespace)).isPresent();
        if (!to.isEmpty() && !function && !KAFKA.matcher(to).matches()) {
            throw inside.get().unsupported("Destination", "is '" + Fields.shown(to) + "'; it takes kafka://TOPIC, a topic of the same brokers, or the ARN"
                    + " of a function of this server");
        }
        return Optional.of(to);
    }

    private static Optional<List<String>> filters(Fields fields) throws Problem {
        Optional<Fields> criteria = fields.object("FilterCriteria");
        if (criteria.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = new ArrayList<>();
        for (Fields filter : criteria.get().allow("Filters").objects("Filters").orElse(List.of())) {
            String pattern = filter.allow("Pattern").text("Pattern", RecordFilter.MOST_CHARS).orElseThrow(() -> filter.missing("Pattern"));
            try {
                RecordFilter.read(pattern);
            } catch (PatternException e) {
                throw filter.unsupported("Pattern", "is no filter: " + e.getMessage());
            }
            all.add(pattern);
        }
        if (all.size() > EventSourceMapping.MOST_FILTERS) {
            throw criteria.get().unsupported("Filters", "has " + all.size() + " entries; it takes " + EventSourceMapping.MOST_FILTERS);
        }
        return Optional.of(all);
    }

    /** With TLS wherever something is said; a tag may say otherwise. */
    private static Optional<KafkaAccess> access(Fields fields, Namespace namespace) throws Problem {
        Optional<List<Fields>> all = fields.objects("SourceAccessConfigurations");
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Optional<KafkaAccess.Login> login = Optional.empty();
        Optional<String> serverCa = Optional.empty();
        Optional<String> clientCertificate = Optional.empty();
        Set<String> seen = new HashSet<>();
        for (Fields each : all.get()) {
            String type = each.allow("Type", "URI").text("Type", 100).orElseThrow(() -> each.missing("Type"));
            if (!seen.add(type.replaceAll("SASL_.*|BASIC_AUTH", "SASL"))) {
                throw each.unsupported("Type", "is '" + type + "', of which or of whose kind there is another");
            }
            switch (type) {
                case "BASIC_AUTH" -> login = Optional.of(new KafkaAccess.Login(KafkaAccess.Mechanism.PLAIN, secret(each, namespace)));
                case "SASL_SCRAM_256_AUTH" -> login = Optional.of(new KafkaAccess.Login(KafkaAccess.Mechanism.SCRAM_SHA_256, secret(each, namespace)));
                case "SASL_SCRAM_512_AUTH" -> login = Optional.of(new KafkaAccess.Login(KafkaAccess.Mechanism.SCRAM_SHA_512, secret(each, namespace)));
                case "SERVER_ROOT_CA_CERTIFICATE" -> serverCa = Optional.of(secret(each, namespace));
                case "CLIENT_CERTIFICATE_TLS_AUTH" -> clientCertificate = Optional.of(secret(each, namespace));
                default -> throw each.unsupported("Type", "is '" + Fields.shown(type) + "', which is not supported; these are: BASIC_AUTH,"
                        + " SASL_SCRAM_256_AUTH, SASL_SCRAM_512_AUTH, SERVER_ROOT_CA_CERTIFICATE, CLIENT_CERTIFICATE_TLS_AUTH");
            }
        }
        return Optional.of(new KafkaAccess(!seen.isEmpty(), login, serverCa, clientCertificate));
    }

    /** The secrets of another namespace than the default one are in a folder of its name: no team can name those of another. */
    private static String secret(Fields configuration, Namespace namespace) throws Problem {
        String uri = configuration.text("URI", 200).orElseThrow(() -> configuration.missing("URI"));
        String name = uri.startsWith(SECRET) ? uri.substring(SECRET.length()) : "";
        if (!Secrets.isName(name)) {
            throw configuration.unsupported("URI", "is '" + Fields.shown(uri) + "'; it takes secret:NAME, where NAME is a file in the folder 'secrets' of the"
                    + " server's data directory");
        }
        return namespace.isDefault() ? name : namespace.name() + "/" + name;
    }

    /** What was before, with what this says instead; tags, format and source stay. */
    EventSourceMapping.FailurePolicy over(EventSourceMapping.FailurePolicy before) {
        return new EventSourceMapping.FailurePolicy(retries.orElse(before.retries()), ageSeconds.orElse(before.ageSeconds()),
                bisect.orElse(before.bisect()), itemFailures.orElse(before.itemFailures()),
                onFailure.or(before::onFailure).filter(to -> !to.isEmpty()));
    }

    EventSourceMapping.Batching over(EventSourceMapping.Batching before) {
        return new EventSourceMapping.Batching(records.orElse(before.records()),
                windowSeconds.isPresent() ? windowSeconds.getAsInt() * 1_000 : before.windowMillis());
    }

    /** Where a new mapping begins. */
    static StartingPosition start(Fields fields) throws Problem {
        String position = fields.oneOf("StartingPosition", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP").orElseThrow(() -> fields.missing("StartingPosition"));
        var time = fields.time("StartingPositionTimestamp");
        if (position.equals("AT_TIMESTAMP") != time.isPresent()) {
            throw fields.unsupported("StartingPositionTimestamp", "is needed with StartingPosition AT_TIMESTAMP, and only there");
        }
        return switch (position) {
            case "TRIM_HORIZON" -> new StartingPosition.Oldest();
            case "LATEST" -> new StartingPosition.Latest();
            default -> new StartingPosition.AtTime(time.get());
        };
    }
}
