package dev.thaw.controlplane.http;

import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Optional;

/** What a request's query says; read wherever it is needed, on the event loop or beside it. */
public final class Query {
    private Query() {}

    /** A parameter that stands there once or not at all: of two nobody knows which is meant. */
    public static Optional<String> one(RoutingContext context, String name) throws Problem {
        List<String> all = all(context, name);
        if (all.size() > 1) {
            throw Problem.invalidParameter(name + " stands in the query " + all.size() + " times; it takes one value");
        }
        return all.stream().findFirst();
    }

    /** All values of a parameter. */
    public static List<String> all(RoutingContext context, String name) throws Problem {
        try {
            return context.queryParam(name);
        } catch (HttpException _) {
            throw Problem.invalidParameter("The request's query cannot be read");
        }
    }
}
