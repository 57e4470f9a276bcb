package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.auth.Access;
import dev.thaw.controlplane.auth.ApiKey;
import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.controlplane.auth.NewKey;
import dev.thaw.controlplane.auth.Principal;
import dev.thaw.controlplane.auth.Role;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * API keys: {@code /thaw/v1/keys}. An administrator of the default namespace has to do with those of all namespaces, others with their own
 * namespace's.
 */
final class KeyRoutes {
    private static final String PATH = "/thaw/v1/keys";
    private static final int MOST_BODY = 4 << 10;
    private static final int MOST_DAYS = 3_650;
    private static final Set<String> FIELDS = Set.of("role", "namespace", "name", "expiresDays");

    private final Access access;
    private final Bodies bodies;
    private final Work work;

    KeyRoutes(Access access, Bodies bodies, Work work) {
        this.access = access;
        this.bodies = bodies;
        this.work = work;
    }

    void mount(Router router) {
        router.get(PATH).handler(this::list);
        router.post(PATH).handler(this::create);
        router.delete(PATH + "/:id").handler(this::revoke);
        router.get("/thaw/v1/whoami").handler(this::whoAmI);
    }

    private <T> void answer(RoutingContext context, Callable<T> task, Consumer<T> answer) {
        Future.fromCompletionStage(work.run(task), context.vertx().getOrCreateContext())
                .onSuccess(answer::accept)
                .onFailure(failure -> Replies.problem(context, failure));
    }

    private static boolean concerns(Principal caller, Namespace namespace) {
        return caller.isServerAdmin() || caller.namespace().equals(namespace);
    }

    private void list(RoutingContext context) {
        Principal caller = Caller.of(context);
        ObjectNode json = Json.object();
        var all = json.putArray("keys");
        access.keys().list().stream().filter(key -> concerns(caller, key.namespace())).forEach(key -> all.add(describe(key)));
        Replies.json(context, 200, Json.bytes(json));
    }

    /** What {@code thaw keys} shows of a key. */
    static ObjectNode describe(ApiKey key) {
        ObjectNode json = Json.object().put("id", key.id()).put("name", key.name()).put("role", key.role().label())
                .put("namespace", key.namespace().name()).put("created", key.created().toString());
        key.expires().ifPresent(time -> json.put("expires", time.toString()));
        key.used().ifPresent(time -> json.put("used", time.toString()));
        return json;
    }

    private record Wanted(Role role, Namespace namespace, String name, Optional<Duration> expires) {
        static Wanted of(byte[] body, Principal caller) throws Problem {
            JsonNode json;
            try {
                json = Json.parseStrictly(body);
            } catch (IOException e) {
                throw Problem.invalidContent("Could not parse request body into json: " + Json.reason(e));
            }
            for (String field : (Iterable<String>) json::fieldNames) {
                if (!FIELDS.contains(field)) {
                    throw Problem.invalidParameter("A key has role, namespace, name and expiresDays, and no other field");
                }
            }
            if (!json.isObject()) {
                throw Problem.invalidContent("Could not parse request body into json: it is no object");
            }
            for (String text : List.of("role", "namespace", "name")) {
                if (json.has(text) && !json.path(text).isTextual()) {
                    throw Problem.invalidParameter(text + " must be a string");
                }
            }
            Role role = Role.of(json.path("role").asText("")).orElseThrow(() -> Problem.invalidParameter("role must be admin, deploy or invoke"));
            String namespace = json.path("namespace").asText(caller.namespace().name());
            if (!Namespace.isName(namespace)) {
                throw Problem.invalidParameter("namespace must be a letter, then up to 31 lower-case letters, digits and '-'");
            }
            JsonNode days = json.path("expiresDays");
            if (!days.isMissingNode() && (!days.isIntegralNumber() || !days.canConvertToInt() || days.intValue() < 1 || days.intValue() > MOST_DAYS)) {
                throw Problem.invalidParameter("expiresDays must be a number from 1 to " + MOST_DAYS);
            }
            return new Wanted(role, new Namespace(namespace), json.path("name").asText(""),
                    days.isMissingNode() ? Optional.empty() : Optional.of(Duration.ofDays(days.intValue())));
        }
    }

    private void create(RoutingContext context) {
        Principal caller = Caller.of(context);
        bodies.read(context, MOST_BODY)
                .onSuccess(body -> answer(context, () -> create(Wanted.of(body, caller), caller), made -> {
                    Audit.target(context, made.key().id() + " (" + made.key().role().label() + " of " + made.key().namespace().name() + ")");
                    context.response().putHeader("Cache-Control", "no-store");
                    Replies.json(context, 201, Json.bytes(describe(made.key()).put("token", made.token())));
                }))
                .onFailure(failure -> Replies.problem(context, failure));
    }

    private NewKey create(Wanted wanted, Principal caller) throws Problem, IOException {
        if (!concerns(caller, wanted.namespace())) {
            throw Problem.forbidden("Key " + caller.id() + " is of the namespace '" + caller.namespace().name() + "' and makes no keys for others");
        }
        boolean admin = wanted.role() == Role.ADMIN && wanted.namespace().isDefault() && wanted.expires().isEmpty();
        if (!admin && !access.hasServerAdmin()) {
            throw Problem.invalidParameter("The first key has to be one that administers this server and does not expire (role admin, namespace"
                    + " default): from then on everybody needs one");
        }
        try {
            return access.keys().create(wanted.name(), wanted.role(), wanted.namespace(), wanted.expires());
        } catch (IllegalArgumentException e) {
            throw Problem.invalidParameter(e.getMessage());
        }
    }

    private void revoke(RoutingContext context) {
        Principal caller = Caller.of(context);
        String id = context.pathParam("id");
        answer(context, () -> {
            ApiKey key = access.keys().find(id).filter(found -> concerns(caller, found.namespace()))
                    .orElseThrow(() -> Problem.notFound("There is no key of this id"));
            if (isLastAdmin(key)) {
                throw Problem.refused(409, "ResourceConflictException", "Key " + id + " is the last that administers this server: make another first");
            }
            return access.keys().revoke(key.id());
        }, _ -> context.response().setStatusCode(204).end());
    }

    private boolean isLastAdmin(ApiKey key) {
        List<ApiKey> admins = access.keys().list().stream().filter(each -> each.principal().isServerAdmin() && each.expires().isEmpty()).toList();
        return admins.size() == 1 && admins.getFirst().id().equals(key.id());
    }

    private void whoAmI(RoutingContext context) {
        Principal caller = Caller.of(context);
        Replies.json(context, 200, Json.bytes(Json.object().put("key", caller.id()).put("role", caller.role().label())
                .put("namespace", caller.namespace().name()).put("account", caller.namespace().account())));
    }
}
