package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.OwnOperations;
import dev.thaw.controlplane.OwnOperations.Own;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of every operation, and requests to a function by all ways that lead to one, with something changed at random, byte by byte or value by value: each is answered, none is the server's fault, and
 * what is refused has changed nothing. {@code -Dthaw.fuzz.requests=100000 -Dthaw.fuzz.seed=2} for more and for others.
 */
@Timeout(3_600)
class MutatedRequestsTest {
    private static final int REQUESTS = Integer.getInteger("thaw.fuzz.requests", 2_000);
    private static final long SEED = Long.getLong("thaw.fuzz.seed", 1);
    /** So many refused ones are looked after together. */
    private static final int LOOK_EVERY = 25;
    private static final String INVOKE = "POST /2015-03-31/functions/f/invocations HTTP/1.1\r\nX-Amz-Invocation-Type: ";
    /** Of which some bytes are no UTF-8. */
    private static final byte[] FORM = "a=b&c=%zz\u00ff\u0000".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] EVENT = "{\"a\":[1,{\"b\":null}],\"text\":\"\u00e9\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] NONE = {};
    private static final List<Request> TO_FUNCTION = List.of(
            new Request("GET /fn/f HTTP/1.1", NONE, To.URL),
            new Request("GET /fn/f/ HTTP/1.1\r\nAccept: */*\r\nAccept: text/html", NONE, To.URL),
            new Request("GET /fn/f/a//b%20c/%C3%A9?x=1&x=2&y=%20&z HTTP/1.1\r\nCookie: a=b; c=\"d\"\r\nCookie: e", NONE, To.URL),
            new Request("HEAD /fn/f/x HTTP/1.1\r\nX-Amzn-Trace-Id: Root=1-5759e988-bd862e3fe1be46a994272793", NONE, To.URL),
            new Request("OPTIONS /fn/f HTTP/1.1\r\nOrigin: http://example.org\r\nAccess-Control-Request-Method: PUT", NONE, To.URL),
            new Request("POST /fn/f/items?id=7 HTTP/1.1\r\nContent-Type: application/json; charset=utf-8", EVENT, To.URL),
            new Request("PUT /fn/f/form HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded", FORM, To.URL),
            new Request("PATCH /fn/f/bytes HTTP/1.1\r\nContent-Type: application/octet-stream\r\nX-Forwarded-For: 10.0.0.1, x", new byte[] {0, -1, -2, 127, -128}, To.URL),
            new Request("DELETE /fn/f/items/7 HTTP/1.1\r\nAuthorization: Basic eDp5", NONE, To.URL),
            new Request("GET /fn/default.f/x HTTP/1.1", NONE, To.URL),
            new Request(INVOKE + "RequestResponse\r\nX-Amz-Log-Type: Tail\r\nX-Amz-Client-Context: e30=", EVENT, To.FUNCTION),
            new Request(INVOKE + "Event", EVENT, To.FUNCTION));

    @Test
    void eachIsAnsweredAndWhatIsRefusedChangesNothing(@TempDir Path data) throws Exception {
        Random random = new Random(SEED);
        int taken = 0;
        int refused = 0;
        int reached = 0;
        try (World world = World.on(data)) {
            String before = world.state();
            StringBuilder since = new StringBuilder();
            for (int i = 0; i < REQUESTS; i++) {
                Request request = one(world, random);
                Mutation mutation = Mutation.of(request.head(), request.body(), random);
                String what = "request " + i + " of seed " + SEED + ": " + mutation;
                RawCalls.Raw raw = mutation.send(world.port());
                assertTrue(raw.status() < 500 && raw.status() != 0 || isFunctionsOwn(request, mutation, raw) || mutation.lies() && raw.status() == 0 || mutation.isOfAnotherVersion() && raw.status() == 501,
                        () -> what + "\n" + raw);
                since.append('\n').append(what).append(" -> ").append(raw.error());
                if (raw.status() < 400 || isFunctionsOwn(request, mutation, raw)) {
                    taken++;
                    reached += request.to() == To.URL && raw.status() == 200 ? 1 : 0;
                    if (request.to() == To.SERVER && !mutation.head().startsWith("GET ") && !mutation.head().startsWith("HEAD ")) {
                        world.settled();
                        if (!world.isWhole()) {
                            world.renew();
                        }
                        before = world.state();
                        since.setLength(0);
                    }
                } else {
                    refused++;
                    assertTrue(!raw.header("x-amzn-ErrorType").isEmpty() && !raw.header("x-amzn-RequestId").isEmpty() || raw.status() == 0 || raw.status() == 501, () -> what + "\n" + raw);
                    if (refused % LOOK_EVERY == 0) {
                        assertEquals(before, world.state(), since.toString());
                        since.setLength(0);
                    }
                }
            }
            assertEquals(before, world.state(), since.toString());
            world.restart();
            assertEquals(before, world.state(), "after a restart");
            world.renew();
            for (Operation operation : Operations.ALL) { // nothing is used up by what was refused
                World.done(world.call(operation));
                world.settled();
            }
            assertTrue(taken > REQUESTS / 50 && refused > REQUESTS / 5 && reached > REQUESTS / 50,
                    taken + " taken, " + reached + " of them by the function, " + refused + " refused: the mutations say little");
        }
    }

    /** What a request is for: the server, which it may change, a function, or that as a web server. */
    private enum To { SERVER, FUNCTION, URL }

    private record Request(String head, byte[] body, To to) {}

    /** What may become of a request that reaches the function as it was left by those before, or that gives it too little time. */
    private static boolean isFunctionsOwn(Request request, Mutation mutation, RawCalls.Raw raw) {
        boolean failed = request.to() == To.URL && raw.status() == 502 && (raw.body().equals("{\"message\":\"Internal Server Error\"}") || mutation.head().startsWith("HEAD "));
        boolean late = request.to() != To.SERVER && raw.status() == 504 && mutation.head().contains("X-Thaw-Timeout-Ms");
        return (failed || late) && !raw.header("x-amzn-RequestId").isEmpty();
    }

    /** Of Lambda's operations, now and then one of Thaw's own, and now and then one to a function; deletions more seldom: what they take away has to be made again. */
    private static Request one(World world, Random random) {
        int which = random.nextInt(5);
        if (which == 1) {
            return TO_FUNCTION.get(random.nextInt(TO_FUNCTION.size()));
        }
        if (which == 0) {
            Own own = OwnOperations.ALL.get(random.nextInt(OwnOperations.ALL.size()));
            byte[] body = own.real().endsWith("/keys") ? "{\"role\":\"root\",\"expiresDays\":0}".getBytes(StandardCharsets.UTF_8) : own.body(); // after a key all need one
            return own.method().equals("DELETE") && random.nextInt(4) > 0 ? one(world, random) : new Request(own.method() + " " + own.real() + " HTTP/1.1", body, To.SERVER);
        }
        Operation operation = Operations.ALL.get(random.nextInt(Operations.ALL.size()));
        return operation.name().startsWith("Delete") && random.nextInt(4) > 0 ? one(world, random)
                : new Request(head(world, operation), world.real(operation.body()).getBytes(StandardCharsets.UTF_8), operation.name().equals("Invoke") ? To.FUNCTION : To.SERVER);
    }

    private static String head(World world, Operation operation) {
        Map<String, String> parameters = new HashMap<>(operation.parameters());
        parameters.replaceAll((_, value) -> world.real(value));
        StringBuilder head = new StringBuilder(world.model().method(operation.name()) + " " + world.model().path(operation.name(), parameters) + " HTTP/1.1");
        var headers = world.model().headers(operation.name(), parameters);
        for (int i = 0; i < headers.size(); i += 2) {
            head.append("\r\n").append(headers.get(i)).append(": ").append(headers.get(i + 1));
        }
        return new String(head.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }
}
