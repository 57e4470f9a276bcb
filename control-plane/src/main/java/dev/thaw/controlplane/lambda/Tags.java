package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.http.Caller;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Query;
import dev.thaw.controlplane.triggers.EventSourceMapping;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Tags of functions and of event source mappings. */
final class Tags {
    static final int MOST = 50;
    private static final Pattern TEXT = Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*");

    private final Functions functions;
    private final EventSources sources;

    Tags(Functions functions, EventSources sources) {
        this.functions = functions;
        this.sources = sources;
    }

    static Map<String, String> checked(Map<String, String> tags) throws Problem {
        if (tags.size() > MOST) {
            throw Problem.invalidParameter("Tags has " + tags.size() + " entries; it takes " + MOST);
        }
        for (var tag : tags.entrySet()) {
            if (!isKey(tag.getKey()) || tag.getKey().startsWith("aws:")) {
                throw Problem.invalidParameter("Tags: '" + Fields.shown(tag.getKey())
                        + "' is no key; it takes 1 to 128 letters, digits, spaces and _.:/=+-@, and does not begin with aws:");
            }
            if (tag.getValue().length() > 256 || !TEXT.matcher(tag.getValue()).matches()) {
                throw Problem.invalidParameter("Tags: the value of '" + Fields.shown(tag.getKey())
                        + "' takes up to 256 letters, digits, spaces and _.:/=+-@");
            }
        }
        return tags;
    }

    private static boolean isKey(String key) {
        return !key.isEmpty() && key.length() <= 128 && TEXT.matcher(key).matches();
    }

    static ObjectNode shape(FunctionDefinition function) {
        ObjectNode tags = Json.object();
        function.tags().forEach(tags::put);
        return tags;
    }

    private static String function(RoutingContext context) throws Problem {
        String arn = context.pathParam("arn");
        return Caller.reference(context, arn, Optional.empty()).filter(reference -> arn.startsWith("arn:") && reference.qualifier().isEmpty())
                .orElseThrow(() -> Problem.invalidParameter("Resource takes the ARN of a function, without a version, or of an event source mapping"))
                .name();
    }

    ObjectNode list(RoutingContext context) throws Problem, UnknownFunctionException {
        ObjectNode json = Json.object();
        ObjectNode tags = json.putObject("Tags");
        Optional<EventSourceMapping> mapping = sources.ofArn(context, context.pathParam("arn"));
        if (mapping.isPresent()) {
            mapping.get().tags().forEach(tags::put);
            return json;
        }
        String name = function(context);
        functions.definition(name).orElseThrow(() -> new UnknownFunctionException(new FunctionReference(name, Optional.empty())))
                .tags().forEach(tags::put);
        return json;
    }

    CompletableFuture<ObjectNode> tag(RoutingContext context, Fields fields) throws Problem {
        fields.allow("Tags");
        Map<String, String> added = checked(fields.map("Tags").orElseThrow(() -> fields.missing("Tags")));
        return change(context, tags -> tags.putAll(added));
    }

    CompletableFuture<ObjectNode> untag(RoutingContext context, Fields fields) throws Problem {
        fields.allow();
        List<String> keys = Query.all(context, "tagKeys");
        if (keys.isEmpty()) {
            throw fields.missing("TagKeys");
        }
        for (String key : keys) {
            if (!isKey(key)) {
                throw Problem.invalidParameter("TagKeys: '" + Fields.shown(key) + "' is no key; it takes 1 to 128 letters, digits, spaces and _.:/=+-@");
            }
        }
        return change(context, tags -> tags.keySet().removeAll(keys));
    }

    private CompletableFuture<ObjectNode> change(RoutingContext context, Consumer<SortedMap<String, String>> change) throws Problem {
        Optional<EventSourceMapping> mapping = sources.ofArn(context, context.pathParam("arn"));
        CompletableFuture<?> changed = mapping.isPresent() ? sources.tag(mapping.get(), change)
                : functions.changes().attributes().tag(function(context), change);
        return changed.thenApply(_ -> Json.object());
    }
}
