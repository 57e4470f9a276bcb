package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.OwnOperations;
import dev.thaw.controlplane.OwnOperations.Own;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests of every operation with something changed at random, byte by byte or value by value: each is answered, none is the server's fault, and
 * what is refused has changed nothing. {@code -Dthaw.fuzz.requests=100000 -Dthaw.fuzz.seed=2} for more and for others.
 */
@Timeout(3_600)
class MutatedRequestsTest {
    private static final int REQUESTS = Integer.getInteger("thaw.fuzz.requests", 2_000);
    private static final long SEED = Long.getLong("thaw.fuzz.seed", 1);
    /** So many refused ones are looked after together. */
    private static final int LOOK_EVERY = 25;

    @Test
    void eachIsAnsweredAndWhatIsRefusedChangesNothing(@TempDir Path data) throws Exception {
        Random random = new Random(SEED);
        int taken = 0;
        int refused = 0;
        try (World world = World.on(data)) {
            String before = world.state();
            StringBuilder since = new StringBuilder();
            for (int i = 0; i < REQUESTS; i++) {
                Request request = one(world, random);
                Mutation mutation = Mutation.of(request.head(), request.body(), random);
                String what = "request " + i + " of seed " + SEED + ": " + mutation;
                RawCalls.Raw raw = mutation.send(world.port());
                assertTrue(raw.status() < 500 && raw.status() != 0 || mutation.lies() && raw.status() == 0 || mutation.isOfAnotherVersion() && raw.status() == 501,
                        () -> what + "\n" + raw);
                since.append('\n').append(what).append(" -> ").append(raw.error());
                if (raw.status() < 400) {
                    taken++;
                    if (request.changes() && !mutation.head().startsWith("GET ") && !mutation.head().startsWith("HEAD ")) {
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
            assertTrue(taken > REQUESTS / 50 && refused > REQUESTS / 5, taken + " taken, " + refused + " refused: the mutations say little");
        }
    }

    /** @param changes whether it may change something */
    private record Request(String head, byte[] body, boolean changes) {}

    /** Of Lambda's operations, and now and then one of Thaw's own; deletions more seldom: what they take away has to be made again. */
    private static Request one(World world, Random random) {
        if (random.nextInt(5) == 0) {
            Own own = OwnOperations.ALL.get(random.nextInt(OwnOperations.ALL.size()));
            byte[] body = own.real().endsWith("/keys") ? "{\"role\":\"root\",\"expiresDays\":0}".getBytes(StandardCharsets.UTF_8) : own.body(); // after a key all need one
            return own.method().equals("DELETE") && random.nextInt(4) > 0 ? one(world, random) : new Request(own.method() + " " + own.real() + " HTTP/1.1", body, true);
        }
        Operation operation = Operations.ALL.get(random.nextInt(Operations.ALL.size()));
        return operation.name().startsWith("Delete") && random.nextInt(4) > 0 ? one(world, random)
                : new Request(head(world, operation), world.real(operation.body()).getBytes(StandardCharsets.UTF_8), !operation.name().equals("Invoke"));
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
