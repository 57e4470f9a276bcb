package dev.thaw.controlplane.lambda;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.functions.Functions;
import dev.thaw.controlplane.http.Bodies;
import dev.thaw.controlplane.http.Json;
import dev.thaw.controlplane.http.Markers;
import dev.thaw.controlplane.http.Problem;
import dev.thaw.controlplane.http.Replies;
import dev.thaw.controlplane.http.Work;
import dev.thaw.controlplane.triggers.EventSourceMappings;
import dev.thaw.controlplane.triggers.Secrets;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** The table of Lambda's operations but Invoke. Paths are those of the service model, each with a slash at its end or without. */
public final class LambdaApi {
    /** Paths at which Lambda has operations that are not here, by their beginnings; whoever asks is told so. */
    private static final List<String> ELSEWHERE = List.of("/2015-03-31/", "/2014-11-13/", "/2016-08-19/", "/2017-03-31/", "/2017-10-31/",
            "/2018-10-31/", "/2019-09-25/", "/2019-09-30/", "/2020-04-22/", "/2020-06-30/", "/2021-07-20/", "/2021-10-31/", "/2021-11-15/",
            "/2024-08-31/", "/2025-11-30/", "/2025-12-01/");
    private static final String F = "/2015-03-31/functions";
    private static final String E = "/2015-03-31/event-source-mappings";

    private final FunctionOperations function;
    private final Aliases alias;
    private final Tags tags;
    private final Limits limits;
    private final EventInvoke events;
    private final EventSources sources;
    private final Requests requests;

    /** @param temporary folder for uploads, on the packages' file system */
    public LambdaApi(Functions functions, EventSourceMappings mappings, Secrets secrets, Work work, Bodies bodies, Path temporary, Markers markers,
            boolean topics) {
        this.function = new FunctionOperations(functions, work, temporary, markers);
        this.alias = new Aliases(functions, markers);
        this.sources = new EventSources(functions, mappings, secrets, work, markers);
        this.tags = new Tags(functions, sources);
        this.limits = new Limits(functions);
        this.events = new EventInvoke(functions, markers, topics);
        this.requests = new Requests(bodies, work);
    }

    /** The beginnings of all paths that are Lambda's. */
    public static List<String> prefixes() {
        return ELSEWHERE;
    }

    /** Puts the operations on a router. */
    public void mount(Router router) {
        UnaryOperator<ObjectNode> as = UnaryOperator.identity();
        at(router, HttpMethod.POST, F, Requests.handler(function::create));
        at(router, HttpMethod.GET, F, requests.list(function::list));
        at(router, HttpMethod.GET, F + "/:name", Requests.read(function::get));
        at(router, HttpMethod.DELETE, F + "/:name", Requests.handler(function::delete));
        at(router, HttpMethod.PUT, F + "/:name/code", Requests.handler(function::updateCode));
        at(router, HttpMethod.GET, F + "/:name/configuration", Requests.read(function::getConfiguration));
        at(router, HttpMethod.PUT, F + "/:name/configuration", requests.change(200, function::updateConfiguration, as));
        at(router, HttpMethod.POST, F + "/:name/versions", requests.change(201, function::publish, as));
        at(router, HttpMethod.GET, F + "/:name/versions", requests.list(function::listVersions));
        at(router, HttpMethod.POST, F + "/:name/aliases", requests.change(201, alias::create, as));
        at(router, HttpMethod.GET, F + "/:name/aliases", requests.list(alias::list));
        at(router, HttpMethod.GET, F + "/:name/aliases/:alias", Requests.read(alias::get));
        at(router, HttpMethod.PUT, F + "/:name/aliases/:alias", requests.change(200, alias::update, as));
        at(router, HttpMethod.DELETE, F + "/:name/aliases/:alias", Requests.handler(alias::delete));
        at(router, HttpMethod.PUT, "/2017-10-31/functions/:name/concurrency", requests.change(200, limits::put, as));
        at(router, HttpMethod.DELETE, "/2017-10-31/functions/:name/concurrency", Requests.handler(limits::delete));
        at(router, HttpMethod.GET, "/2019-09-30/functions/:name/concurrency", Requests.read(limits::get));
        at(router, HttpMethod.GET, "/2017-03-31/tags/:arn", Requests.read(tags::list));
        at(router, HttpMethod.POST, "/2017-03-31/tags/:arn", requests.change(204, tags::tag, _ -> Json.object()));
        at(router, HttpMethod.DELETE, "/2017-03-31/tags/:arn", requests.change(204, tags::untag, _ -> Json.object()));
        at(router, HttpMethod.GET, "/2016-08-19/account-settings", requests.list(limits::account));
        at(router, HttpMethod.PUT, "/2019-09-25/functions/:name/event-invoke-config", requests.change(200, events::put, as));
        at(router, HttpMethod.POST, "/2019-09-25/functions/:name/event-invoke-config", requests.change(200, events::update, as));
        at(router, HttpMethod.GET, "/2019-09-25/functions/:name/event-invoke-config", Requests.read(events::get));
        at(router, HttpMethod.DELETE, "/2019-09-25/functions/:name/event-invoke-config", Requests.handler(events::delete));
        at(router, HttpMethod.GET, "/2019-09-25/functions/:name/event-invoke-config/list", Requests.read(events::list));
        at(router, HttpMethod.POST, E, requests.change(202, sources::create, sources.shape("Creating")));
        at(router, HttpMethod.GET, E, requests.list(sources::list));
        at(router, HttpMethod.GET, E + "/:uuid", Requests.read(sources::get));
        at(router, HttpMethod.PUT, E + "/:uuid", requests.change(202, sources::update, sources.shape("Updating")));
        at(router, HttpMethod.DELETE, E + "/:uuid", Requests.handler(sources::delete));
        ELSEWHERE.forEach(prefix -> router.route(prefix + "*").handler(LambdaApi::unsupported));
    }

    private static void at(Router router, HttpMethod method, String path, Handler<RoutingContext> handler) {
        router.route(method, path).handler(handler);
        router.route(method, path + "/").handler(handler);
    }

    private static void unsupported(RoutingContext context) {
        Replies.problem(context, Problem.invalidParameter("The operation " + context.request().method() + " "
                + Fields.shown(context.request().path()) + " is not supported"));
    }
}
