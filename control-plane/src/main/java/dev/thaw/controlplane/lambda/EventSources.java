package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.ChangeException;
import dev.thaw.controlplane.functions.ChangeException.Kind;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.http.Audit;
import dev.thaw.controlplane.http.Caller;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Query;
import dev.thaw.controlplane.http.Work;
import dev.thaw.controlplane.triggers.EventSourceMapping;
import dev.thaw.controlplane.triggers.EventSourceMappings;
import dev.thaw.controlplane.triggers.KafkaAccess;
import dev.thaw.controlplane.triggers.KafkaSource;
import dev.thaw.controlplane.triggers.Secrets;
import dev.thaw.invoker.FunctionNames;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Event source mappings of self-managed Kafka. */
final class EventSources {
    /** Topic, Endpoint and ConsumerGroupId (URI) in the service model; topics of one character too, which it has not. */
    private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9_-][a-zA-Z0-9\\-_.]{0,248}");
    private static final Pattern ENDPOINT = Pattern.compile("(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9])\\.)*"
            + "([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\\-]*[A-Za-z0-9]):[0-9]{1,5}");
    private static final Pattern GROUP = Pattern.compile("[a-zA-Z0-9-\\/*:_+=.@-]{1,200}");
    private static final Pattern ARN = Pattern.compile("arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:.*");
    private static final int MOST_ENDPOINTS = 10;
    private static final String UUID_FORM = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";
    /** UUIDString in the service model has 36 characters of any kind; its EventSourceMappingArn says which. */
    private static final Pattern ID = Pattern.compile(UUID_FORM);
    /** EventSourceMappingArn; the region is a placeholder. */
    private static final Pattern MAPPING = Pattern.compile("arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]{1,32}:(\\d{12}):event-source-mapping:(" + UUID_FORM + ")");
    private static final Set<String> FIXED = Set.of("Topics", "SelfManagedEventSource", "SelfManagedKafkaEventSourceConfig", "StartingPosition",
            "StartingPositionTimestamp", "Tags");

    private final Functions functions;
    private final EventSourceMappings mappings;
    private final Secrets secrets;
    private final Work work;
    private final Markers markers;

    EventSources(Functions functions, EventSourceMappings mappings, Secrets secrets, Work work, Markers markers) {
        this.functions = functions;
        this.mappings = mappings;
        this.secrets = secrets;
        this.work = work;
        this.markers = markers;
    }

    /** Writes a mapping that a request has just brought into a state. */
    Function<EventSourceMapping, ObjectNode> shape(String state) {
        return mapping -> MappingShape.of(mapping, mappings.status(mapping), Optional.of(state));
    }

    private ObjectNode shape(EventSourceMapping mapping) {
        return MappingShape.of(mapping, mappings.status(mapping), Optional.empty());
    }

    CompletableFuture<EventSourceMapping> create(RoutingContext context, Fields fields) throws Problem, UnknownFunctionException {
        fields.allow(union(MappingRequest.FIELDS, FIXED), MappingRequest.UNSUPPORTED);
        MappingRequest said = MappingRequest.of(fields, Caller.namespace(context));
        FunctionReference function = said.function().orElseThrow(() -> fields.missing("FunctionName"));
        UUID id = UUID.randomUUID();
        Audit.target(context, id + " (" + FunctionNames.plain(function.name()) + ")");
        SortedMap<String, String> tags = new TreeMap<>(Tags.checked(fields.map("Tags").orElse(Map.of())));
        KafkaSource source = source(fields, id, MappingTags.access(tags, said.access().orElse(KafkaAccess.PLAINTEXT)));
        EventSourceMapping mapping = new EventSourceMapping(id, function, source, MappingRequest.start(fields),
                said.over(EventSourceMapping.Batching.USUAL), said.over(EventSourceMapping.FailurePolicy.USUAL), said.filters().orElse(List.of()),
                MappingTags.format(tags), said.enabled().orElse(true), tags, now());
        functions.check(function);
        return verified(source.access()).thenCompose(_ -> {
            try {
                return mappings.create(checked(mapping));
            } catch (ChangeException e) {
                return CompletableFuture.failedFuture(e);
            }
        });
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        return Stream.concat(one.stream(), other.stream()).collect(Collectors.toUnmodifiableSet());
    }

    private static KafkaSource source(Fields fields, UUID id, KafkaAccess access) throws Problem {
        List<String> topics = fields.texts("Topics").orElseThrow(() -> fields.missing("Topics"));
        if (topics.size() != 1 || !TOPIC.matcher(topics.getFirst()).matches()) {
            throw fields.unsupported("Topics", "takes the name of one topic: 1 to 249 letters, digits, '.', '_' and '-'");
        }
        Fields self = fields.object("SelfManagedEventSource").orElseThrow(() -> fields.missing("SelfManagedEventSource"));
        Fields endpoints = self.allow("Endpoints").object("Endpoints").orElseThrow(() -> self.missing("Endpoints"));
        List<String> servers = endpoints.allow("KAFKA_BOOTSTRAP_SERVERS").texts("KAFKA_BOOTSTRAP_SERVERS")
                .orElseThrow(() -> endpoints.missing("KAFKA_BOOTSTRAP_SERVERS"));
        if (servers.isEmpty() || servers.size() > MOST_ENDPOINTS || !servers.stream().allMatch(EventSources::isEndpoint)) {
            throw endpoints.unsupported("KAFKA_BOOTSTRAP_SERVERS", "takes 1 to " + MOST_ENDPOINTS + " of HOST:PORT");
        }
        Optional<Fields> config = fields.object("SelfManagedKafkaEventSourceConfig");
        String group = id.toString();
        if (config.isPresent()) {
            group = config.get().allow(Set.of("ConsumerGroupId"), Set.of("SchemaRegistryConfig")).text("ConsumerGroupId", 200, GROUP).orElse(group);
        }
        return new KafkaSource(servers.stream().distinct().toList(), topics.getFirst(), group, access);
    }

    private static boolean isEndpoint(String text) {
        return text.length() <= 300 && ENDPOINT.matcher(text).matches() && Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)) <= 65_535;
    }

    /** What depends on several fields. */
    private static EventSourceMapping checked(EventSourceMapping mapping) throws ChangeException {
        MappingTags.check(mapping.tags(), mapping.source().access());
        if (mapping.failures().onFailure().equals(Optional.of("kafka://" + mapping.source().topic()))) {
            throw new ChangeException(Kind.INVALID, "DestinationConfig.OnFailure.Destination is the topic that the records come from");
        }
        return mapping;
    }

    /** Reads the secrets beside the event loop: a mapping that names one that cannot be read is refused. */
    private CompletableFuture<Void> verified(KafkaAccess access) {
        if (access.login().isEmpty() && access.serverCa().isEmpty() && access.clientCertificate().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        return work.run(() -> {
            try {
                if (access.login().isPresent()) {
                    secrets.login(access.login().get().secret());
                }
                if (access.serverCa().isPresent()) {
                    secrets.certificates(access.serverCa().get());
                }
                if (access.clientCertificate().isPresent()) {
                    secrets.clientCertificate(access.clientCertificate().get());
                }
                return null;
            } catch (IOException e) {
                throw Problem.invalidParameter("SourceAccessConfigurations: " + e.getMessage());
            }
        });
    }

    ObjectNode list(RoutingContext context) throws Problem {
        Optional<String> arn = Query.one(context, "EventSourceArn");
        if (arn.isPresent() && !ARN.matcher(arn.get()).matches()) {
            throw Problem.invalidParameter("EventSourceArn is '" + Fields.shown(arn.get()) + "', no ARN");
        }
        Optional<String> name = Query.one(context, "FunctionName");
        Optional<FunctionReference> function = name.flatMap(text -> Caller.reference(context, text, Optional.empty()));
        if (name.isPresent() && function.isEmpty()) {
            throw Problem.invalidParameter("FunctionName is '" + Fields.shown(name.get()) + "', no name or ARN of a function");
        }
        TreeMap<String, EventSourceMapping> chosen = new TreeMap<>();
        if (arn.isEmpty()) { // of which no mapping of self-managed Kafka has one
            mappings.all().forEach((id, mapping) -> {
                if (mapping.function().isOf(Caller.namespace(context)) && (function.isEmpty() || isOf(mapping, function.get()))) {
                    chosen.put(id, mapping);
                }
            });
        }
        return Page.of(context, markers, "ListEventSourceMappings " + Caller.namespace(context).name()).of("EventSourceMappings", chosen, this::shape);
    }

    private static boolean isOf(EventSourceMapping mapping, FunctionReference function) {
        return mapping.function().name().equals(function.name())
                && (function.qualifier().isEmpty() || function.qualifier().get().equals(mapping.function().qualifier().orElse(FunctionReference.LATEST)));
    }

    ObjectNode get(RoutingContext context) throws Problem {
        return shape(find(context));
    }

    /** The one in the path. */
    private EventSourceMapping find(RoutingContext context) throws Problem {
        String id = context.pathParam("uuid");
        if (!ID.matcher(id).matches()) {
            throw Problem.invalidParameter("UUID is '" + Fields.shown(id) + "'; it takes " + ID.pattern());
        }
        return find(context, id);
    }

    /** One of the caller's namespace: there are no others to him. */
    private EventSourceMapping find(RoutingContext context, String id) throws Problem {
        return mappings.find(id).filter(mapping -> mapping.function().isOf(Caller.namespace(context)))
                .orElseThrow(EventSources::unknown);
    }

    private static Problem unknown() {
        return Problem.notFound("There is no event source mapping of this UUID");
    }

    CompletableFuture<EventSourceMapping> update(RoutingContext context, Fields fields) throws Problem, UnknownFunctionException {
        for (String fixed : FIXED) {
            if (fields.has(fixed)) {
                throw fields.unsupported(fixed, fixed.equals("Tags") ? "is changed by TagResource and UntagResource"
                        : "cannot be changed: create another event source mapping, and delete this one");
            }
        }
        Set<String> unsupported = new HashSet<>(MappingRequest.UNSUPPORTED);
        unsupported.addAll(FIXED);
        fields.allow(union(MappingRequest.FIELDS, Set.of("UUID")), unsupported);
        MappingRequest said = MappingRequest.of(fields, Caller.namespace(context));
        if (said.function().isPresent()) {
            functions.check(said.function().get());
        }
        String id = find(context).id().toString();
        if (fields.text("UUID", 36).filter(uuid -> !uuid.equalsIgnoreCase(id)).isPresent()) {
            throw fields.unsupported("UUID", "is not the one in the path");
        }
        return verified(said.access().orElse(KafkaAccess.PLAINTEXT)).thenCompose(_ -> mappings.update(id, before -> {
            KafkaSource source = before.source();
            KafkaAccess access = MappingTags.access(before.tags(), said.access().orElse(source.access()));
            return checked(new EventSourceMapping(before.id(), said.function().orElse(before.function()),
                    new KafkaSource(source.bootstrapServers(), source.topic(), source.consumerGroup(), access), before.start(),
                    said.over(before.batching()), said.over(before.failures()), said.filters().orElse(before.filters()), before.format(),
                    said.enabled().orElse(before.enabled()), before.tags(), now()));
        }));
    }

    void delete(RoutingContext context) throws Problem {
        Requests.reply(context, 202, mappings.delete(find(context).id().toString()), shape("Deleting"));
    }

    /** The mapping of an ARN; empty where it is the ARN of something else. */
    Optional<EventSourceMapping> ofArn(RoutingContext context, String arn) throws Problem {
        Matcher matcher = MAPPING.matcher(arn);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        if (!matcher.group(1).equals(Caller.namespace(context).account())) {
            throw unknown();
        }
        return Optional.of(find(context, matcher.group(2)));
    }

    CompletableFuture<EventSourceMapping> tag(EventSourceMapping mapping, Consumer<SortedMap<String, String>> change) {
        return mappings.update(mapping.id().toString(), before -> {
            SortedMap<String, String> tags = new TreeMap<>(before.tags());
            change.accept(tags);
            KafkaSource source = before.source();
            return checked(new EventSourceMapping(before.id(), before.function(),
                    new KafkaSource(source.bootstrapServers(), source.topic(), source.consumerGroup(), MappingTags.access(tags, source.access())),
                    before.start(), before.batching(), before.failures(), before.filters(), MappingTags.format(tags), before.enabled(), tags, now()));
        });
    }
}
