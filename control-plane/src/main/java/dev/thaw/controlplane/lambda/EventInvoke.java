package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.functions.EventInvokeConfig;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.http.Caller;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.topics.TopicName;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** How asynchronous invocations of a function are tried again, and who hears how they ended. */
final class EventInvoke {
    /** MaxFunctionEventInvokeConfigListItems in the service model. */
    private static final int MOST_ASKED = 50;

    private final Functions functions;
    private final Markers markers;
    private final boolean topics;

    /** @param topics whether Kafka topics may be told */
    EventInvoke(Functions functions, Markers markers, boolean topics) {
        this.functions = functions;
        this.markers = markers;
        this.topics = topics;
    }

    /** What a request says; empty where it says nothing, and an empty destination where it says that there is to be none. */
    private record Said(OptionalInt attempts, OptionalInt age, Optional<String> onSuccess, Optional<String> onFailure) {
        static Said of(Fields fields, boolean topics, Namespace namespace) throws Problem {
            fields.allow("MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig");
            Optional<Fields> destinations = fields.object("DestinationConfig");
            if (destinations.isPresent()) {
                destinations.get().allow("OnSuccess", "OnFailure");
            }
            return new Said(fields.integer("MaximumRetryAttempts", 0, EventInvokeConfig.USUAL_RETRIES),
                    fields.integer("MaximumEventAgeInSeconds", 60, EventInvokeConfig.USUAL_AGE_SECONDS),
                    destination(destinations, "OnSuccess", topics, namespace), destination(destinations, "OnFailure", topics, namespace));
        }

        private static Optional<String> destination(Optional<Fields> destinations, String which, boolean topics, Namespace namespace)
                throws Problem {
            Optional<Fields> inside = destinations.isEmpty() ? Optional.empty() : destinations.get().object(which);
            if (inside.isEmpty()) {
                return destinations.map(_ -> "");
            }
            String arn = inside.get().allow(Set.of("Destination"), Set.of()).text("Destination", 350).orElse("");
            if (arn.startsWith("kafka:")) {
                if (!topics) {
                    throw inside.get().unsupported("Destination", "is a Kafka topic, and this server was started without --kafka, which names the brokers");
                }
                return Optional.of(TopicName.parse(arn).orElseThrow(() -> inside.get().unsupported("Destination",
                        "takes a topic as kafka://NAME, with up to 249 letters, digits, dots, underscores and hyphens")).toString());
            }
            if (!arn.isEmpty() && (!arn.startsWith("arn:") || FunctionReference.parse(namespace, arn, Optional.empty())
                    .filter(to -> to.isOf(namespace)).isEmpty())) {
                throw inside.get().unsupported("Destination", "takes the ARN of a function of this server, as GetFunction gives it, or kafka://TOPIC");
            }
            return Optional.of(arn);
        }

        private static Optional<String> nonEmpty(Optional<String> arn) {
            return arn.filter(text -> !text.isEmpty());
        }

        EventInvokeConfig over(EventInvokeConfig before) {
            return new EventInvokeConfig(attempts.isPresent() ? attempts : before.retryAttempts(), age.isPresent() ? age : before.maxAgeSeconds(),
                    nonEmpty(onSuccess.or(before::onSuccess)), nonEmpty(onFailure.or(before::onFailure)),
                    Instant.now().truncatedTo(ChronoUnit.MILLIS));
        }
    }

    private static final EventInvokeConfig NOTHING = new EventInvokeConfig(OptionalInt.empty(), OptionalInt.empty(), Optional.empty(),
            Optional.empty(), Instant.EPOCH);

    CompletableFuture<ObjectNode> put(RoutingContext context, Fields fields) throws Problem {
        Said said = Said.of(fields, topics, Caller.namespace(context));
        return change(context, _ -> Optional.of(said.over(NOTHING)));
    }

    CompletableFuture<ObjectNode> update(RoutingContext context, Fields fields) throws Problem {
        Said said = Said.of(fields, topics, Caller.namespace(context));
        return change(context, before -> before.map(said::over));
    }

    private CompletableFuture<ObjectNode> change(RoutingContext context, UnaryOperator<Optional<EventInvokeConfig>> change) throws Problem {
        FunctionReference reference = Requests.reference(context);
        String qualifier = qualifier(reference);
        return functions.changes().attributes().eventInvoke(reference, change)
                .thenApply(after -> Shapes.eventInvoke(reference.name(), qualifier, after.eventInvoke().get(qualifier)));
    }

    private static String qualifier(FunctionReference reference) {
        return reference.qualifier().orElse(FunctionReference.LATEST);
    }

    void delete(RoutingContext context) throws Problem {
        Requests.reply(context, 204, functions.changes().attributes().eventInvoke(Requests.reference(context), _ -> Optional.empty()),
                _ -> Json.object());
    }

    ObjectNode get(RoutingContext context) throws Problem, UnknownFunctionException {
        FunctionReference reference = Requests.reference(context);
        FunctionDefinition function = definition(reference);
        String qualifier = qualifier(reference);
        EventInvokeConfig config = function.eventInvoke().get(qualifier);
        if (config == null) {
            throw Problem.notFound("The function " + Shapes.arn(reference.name(), Optional.of(qualifier)) + " doesn't have an EventInvokeConfig");
        }
        return Shapes.eventInvoke(reference.name(), qualifier, config);
    }

    ObjectNode list(RoutingContext context) throws Problem, UnknownFunctionException {
        FunctionDefinition function = definition(new FunctionReference(Requests.name(context), Optional.empty()));
        TreeMap<String, String> qualifiers = new TreeMap<>();
        function.eventInvoke().keySet().forEach(each -> qualifiers.put(each, each));
        return Page.of(context, markers, "ListFunctionEventInvokeConfigs " + function.name(), MOST_ASKED).of("FunctionEventInvokeConfigs", qualifiers,
                qualifier -> Shapes.eventInvoke(function.name(), qualifier, function.eventInvoke().get(qualifier)));
    }

    private FunctionDefinition definition(FunctionReference reference) throws UnknownFunctionException {
        return functions.definition(reference.name()).orElseThrow(() -> new UnknownFunctionException(reference));
    }
}
