package dev.thaw.controlplane.http;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.functions.FunctionReference;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/** Who a request is from: put there by the gate before any route sees it. */
public final class Caller {
    /** In which namespace an administrator of the default one wants to act. */
    static final String NAMESPACE = "X-Thaw-Namespace";
    private static final String KEY = "thaw.principal";

    private Caller() {}

    static void put(RoutingContext context, Principal principal) {
        context.put(KEY, principal);
    }

    /** Who a key is in the namespace that the request names: others than its own are for administrators of the default one. */
    static Principal chosen(RoutingContext context, Principal key) throws Problem {
        String wanted = context.request().getHeader(NAMESPACE);
        if (wanted == null || wanted.equals(key.namespace().name())) {
            return key;
        }
        if (!Namespace.isName(wanted)) {
            throw Problem.invalidParameter(NAMESPACE + " takes a letter, then up to 31 lower-case letters, digits and '-'");
        }
        if (!key.isServerAdmin()) {
            throw Problem.forbidden("Key " + key.id() + " is of the namespace '" + key.namespace().name() + "' and has no access to others");
        }
        return new Principal(key.id(), key.role(), new Namespace(wanted));
    }

    /** Who asks; nobody in particular on routes that are open to all. */
    public static Optional<Principal> find(RoutingContext context) {
        return Optional.ofNullable(context.get(KEY));
    }

    /** Whose functions a request is about. */
    public static Namespace namespace(RoutingContext context) {
        return find(context).map(Principal::namespace).orElse(Namespace.DEFAULT);
    }

    /** What the server calls the function that a request calls so; empty when it is no function's name. */
    public static Optional<FunctionReference> function(RoutingContext context, String plain) {
        return Optional.of(plain).filter(FunctionReference::isName)
                .map(name -> new FunctionReference(namespace(context).function(name), Optional.empty()));
    }

    /** The function that a request names, by its name or ARN, with a qualifier or without; empty when it is none of these. */
    public static Optional<FunctionReference> reference(RoutingContext context, String text, Optional<String> qualifierOfQuery) {
        return FunctionReference.parse(namespace(context), text, qualifierOfQuery);
    }

    /** The function in the path, and its version or alias, there or in {@code parameter} of the query. */
    public static FunctionReference qualified(RoutingContext context, String parameter) throws Problem {
        Optional<String> qualifier = Query.one(context, parameter);
        if (qualifier.isPresent() && !FunctionReference.isQualifier(qualifier.get())) {
            throw Problem.invalidParameter(parameter + " takes $LATEST, the number of a version or the name of an alias:"
                    + " 1 to 128 letters, digits, '-', '_' and '$'");
        }
        return reference(context, context.pathParam("name"), qualifier).orElseThrow(() -> Problem.invalidParameter("FunctionName must be a name"
                + " of up to 64 letters, digits, '-' and '_', or an ARN, and " + parameter + " must not contradict it"));
    }

    /** Who asks; only for routes that are not open to all. */
    public static Principal of(RoutingContext context) {
        return find(context).orElseThrow(() -> new IllegalStateException("this route is open to all"));
    }
}
