package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.Alias;
import dev.thaw.controlplane.functions.FunctionDefinition;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.http.Audit;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Query;
import dev.thaw.invoker.FunctionNames;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Aliases of functions, with the shares of two versions. */
final class Aliases {
    private static final Pattern NAME = Pattern.compile("(?!^[0-9]+$)([a-zA-Z0-9-_]+)");
    private static final Pattern VERSION = Pattern.compile("\\$LATEST|[1-9][0-9]{0,8}");

    private final Functions functions;
    private final Markers markers;

    Aliases(Functions functions, Markers markers) {
        this.functions = functions;
        this.markers = markers;
    }

    CompletableFuture<ObjectNode> create(RoutingContext context, Fields fields) throws Problem {
        String function = Requests.name(context);
        fields.allow("Name", "FunctionVersion", "Description", "RoutingConfig");
        String name = fields.text("Name", 128, NAME).orElseThrow(() -> fields.missing("Name"));
        Audit.target(context, FunctionNames.plain(function) + "/" + name);
        int version = version(fields).orElseThrow(() -> fields.missing("FunctionVersion"));
        String description = fields.text("Description", 256).orElse("");
        SortedMap<Integer, Double> weights = weights(fields).orElseGet(TreeMap::new);
        Alias alias = new Alias(name, version, description, weights, UUID.randomUUID().toString(), OptionalInt.empty());
        return functions.changes().attributes().createAlias(function, alias).thenApply(made -> Shapes.alias(function, made));
    }

    CompletableFuture<ObjectNode> update(RoutingContext context, Fields fields) throws Problem {
        String function = Requests.name(context);
        String name = aliasName(context);
        fields.allow("FunctionVersion", "Description", "RoutingConfig", "RevisionId");
        OptionalInt version = version(fields);
        Optional<String> description = fields.text("Description", 256);
        Optional<SortedMap<Integer, Double>> weights = weights(fields);
        return functions.changes().attributes().updateAlias(function, name, fields.text("RevisionId", 100), before -> new Alias(name,
                        version.orElse(before.version()), description.orElse(before.description()), weights.orElse(before.weights()), "", OptionalInt.empty()))
                .thenApply(alias -> Shapes.alias(function, alias));
    }

    private static OptionalInt version(Fields fields) throws Problem {
        Optional<String> text = fields.text("FunctionVersion", 1_024, VERSION);
        return text.isEmpty() ? OptionalInt.empty()
                : OptionalInt.of(text.get().equals(FunctionReference.LATEST) ? Alias.LATEST : Integer.parseInt(text.get()));
    }

    private static Optional<SortedMap<Integer, Double>> weights(Fields fields) throws Problem {
        Optional<Fields> routing = fields.object("RoutingConfig");
        if (routing.isEmpty()) {
            return Optional.empty();
        }
        SortedMap<Integer, Double> weights = new TreeMap<>();
        for (var each : routing.get().allow("AdditionalVersionWeights").numbers("AdditionalVersionWeights").orElse(Map.of()).entrySet()) {
            if (!each.getKey().matches("[1-9][0-9]{0,8}")) {
                throw Problem.invalidParameter("RoutingConfig.AdditionalVersionWeights: '" + Fields.shown(each.getKey()) + "' is no version's number");
            }
            if (!(each.getValue() >= 0 && each.getValue() <= 1)) {
                throw Problem.invalidParameter("RoutingConfig.AdditionalVersionWeights." + each.getKey() + " is " + each.getValue() + "; it takes 0 to 1");
            }
            weights.put(Integer.parseInt(each.getKey()), each.getValue());
        }
        if (weights.size() > 1) {
            throw Problem.invalidParameter("RoutingConfig.AdditionalVersionWeights has " + weights.size() + " versions; it takes one");
        }
        return Optional.of(weights);
    }

    private static String aliasName(RoutingContext context) throws Problem {
        return Optional.of(context.pathParam("alias")).filter(name -> name.length() <= 128 && NAME.matcher(name).matches())
                .orElseThrow(() -> Problem.invalidParameter("Name is no alias; it takes letters, digits, '-' and '_', not digits alone"));
    }

    private FunctionDefinition definition(String name) throws UnknownFunctionException {
        return functions.definition(name).orElseThrow(() -> new UnknownFunctionException(new FunctionReference(name, Optional.empty())));
    }

    ObjectNode get(RoutingContext context) throws Problem, UnknownFunctionException {
        String function = Requests.name(context);
        String name = aliasName(context);
        Alias alias = definition(function).aliases().get(name);
        if (alias == null) {
            throw Problem.notFound("Cannot find alias arn: " + Shapes.arn(function, Optional.of(name)));
        }
        return Shapes.alias(function, alias);
    }

    ObjectNode list(RoutingContext context) throws Problem, UnknownFunctionException {
        String function = Requests.name(context);
        Page page = Page.of(context, markers, "ListAliases " + function);
        Optional<String> of = Query.one(context, "FunctionVersion");
        if (of.isPresent() && !VERSION.matcher(of.get()).matches()) {
            throw Problem.invalidParameter("FunctionVersion is '" + Fields.shown(of.get()) + "'; it takes " + VERSION.pattern());
        }
        TreeMap<String, Alias> all = new TreeMap<>(definition(function).aliases());
        all.values().removeIf(alias -> of.isPresent() && !of.get().equals(
                alias.version() == Alias.LATEST ? FunctionReference.LATEST : Integer.toString(alias.version())));
        return page.of("Aliases", all, alias -> Shapes.alias(function, alias));
    }

    void delete(RoutingContext context) throws Problem {
        Requests.reply(context, 204, functions.changes().attributes().deleteAlias(Requests.name(context), aliasName(context)),
                _ -> Json.object());
    }
}
