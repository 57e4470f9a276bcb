package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests at the same time: of those that contradict each other one is taken, and what is there after them is what its answer said. */
@Timeout(180)
class ConcurrentRequestsTest {
    private static final int WRITERS = 8;
    private static final int ROUNDS = 3;
    private static final String PRECONDITION = "412 PreconditionFailedException";
    private static final String CONFLICT = "409 ResourceConflictException";
    private static final Map<String, String> F = Map.of("FunctionName", "f");
    private static final Map<String, String> LIVE = Map.of("FunctionName", "f", "Name", "live");

    @TempDir
    private Path data;
    private World world;

    @BeforeEach
    void start() throws Exception {
        world = World.on(data);
    }

    @AfterEach
    void stop() throws Exception {
        try {
            world.settled();
            String after = world.state();
            assertTrue(after.endsWith("\n0 uploads"), after);
            world.restart();
            assertEquals(after, world.state(), "after a restart");
        } finally {
            world.close();
        }
    }

    private interface Body {
        String of(int writer);
    }

    /** The answers to a request of each writer, all sent at once. */
    private List<Answer> race(String operation, Map<String, String> parameters, Body body) throws Exception {
        CyclicBarrier together = new CyclicBarrier(WRITERS);
        List<Callable<Answer>> calls = IntStream.range(0, WRITERS).<Callable<Answer>>mapToObj(writer -> () -> {
            String mine = body.of(writer);
            together.await();
            return world.call(operation, parameters, mine);
        }).toList();
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (Future<Answer> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
        }
        world.settled();
        return answers;
    }

    /** The answer that was taken; all others are refused so. */
    private static Answer winner(List<Answer> answers, String others) {
        List<Answer> taken = answers.stream().filter(each -> each.status() < 300).toList();
        assertEquals(1, taken.size(), answers.stream().map(Answer::error).toList().toString());
        answers.stream().filter(each -> each.status() >= 300).forEach(each -> assertEquals(others, each.error(), each.response().body()));
        return taken.getFirst();
    }

    private JsonNode now(String operation, Map<String, String> parameters) throws Exception {
        return world.call(operation, parameters, "").json();
    }

    private static String code(String content, String more) {
        return "{\"ZipFile\":\"" + Base64.getEncoder().encodeToString(Operations.zip(content)) + "\"" + more + "}";
    }

    @Test
    void ofWritersWithOneRevisionIdOneWins() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            int turn = round;
            String code = now("GetFunctionConfiguration", F).path("RevisionId").asText();
            Answer won = winner(race("UpdateFunctionCode", F, i -> code("code " + turn + " " + i, ",\"RevisionId\":\"" + code + "\"")), PRECONDITION);
            JsonNode after = now("GetFunctionConfiguration", F);
            assertEquals(won.text("CodeSha256") + won.text("RevisionId"), after.path("CodeSha256").asText() + after.path("RevisionId").asText());
            String settings = after.path("RevisionId").asText();
            won = winner(race("UpdateFunctionConfiguration", F, i -> "{\"Description\":\"" + turn + i + "\",\"RevisionId\":\"" + settings + "\"}"), PRECONDITION);
            after = now("GetFunctionConfiguration", F);
            assertEquals(won.text("Description") + won.text("RevisionId"), after.path("Description").asText() + after.path("RevisionId").asText());
            String alias = now("GetAlias", LIVE).path("RevisionId").asText();
            won = winner(race("UpdateAlias", LIVE, i -> "{\"Description\":\"" + turn + i + "\",\"RevisionId\":\"" + alias + "\"}"), PRECONDITION);
            assertEquals(won.json(), now("GetAlias", LIVE));
            publish(after.path("RevisionId").asText());
        }
    }

    /** Publishing changes nothing of $LATEST: all are told of the one version that came of it. */
    private void publish(String revision) throws Exception {
        int versions = now("ListVersionsByFunction", F).path("Versions").size();
        List<Answer> answers = race("PublishVersion", F, _ -> "{\"RevisionId\":\"" + revision + "\"}");
        assertEquals(Set.of("201"), answers.stream().map(each -> Integer.toString(each.status())).collect(Collectors.toSet()));
        assertEquals(1, answers.stream().map(each -> each.text("Version") + each.text("RevisionId")).distinct().count());
        assertEquals(versions + 1, now("ListVersionsByFunction", F).path("Versions").size());
    }

    @Test
    void aStaleRevisionIdIsRefusedByEveryOperationThatTakesOne() throws Exception {
        List<String> taking = Operations.ALL.stream().map(Operation::name).filter(name -> world.model().input(name).path("members").has("RevisionId")).toList();
        assertEquals(List.of("UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion", "UpdateAlias"), taking);
        String before = world.state();
        for (String name : taking) {
            Operation operation = Operations.of(name);
            for (String stale : List.of("00000000-0000-0000-0000-000000000000", "", "x")) {
                ObjectNode fields = operation.fields().put("RevisionId", stale);
                assertEquals(PRECONDITION, world.call(operation, fields.toString()).error(), name + " '" + stale + "'");
            }
        }
        assertEquals(before, world.state());
    }

    @Test
    void ofCreationsOfOneNameOneWins() throws Exception {
        Operation function = Operations.of("CreateFunction");
        winner(race("CreateFunction", Map.of(), _ -> function.body()), CONFLICT);
        winner(race("CreateAlias", F, i -> "{\"Name\":\"fresh\",\"FunctionVersion\":\"{first}\",\"Description\":\"" + i + "\"}"), CONFLICT);
        winner(race("CreateEventSourceMapping", Map.of(), _ -> Operations.of("CreateEventSourceMapping").body()), CONFLICT);
        String state = world.state();
        assertEquals(CONFLICT, world.call(function).error());
        assertEquals(CONFLICT, world.call(Operations.of("CreateAlias")).error());
        assertEquals(CONFLICT, world.call(Operations.of("CreateEventSourceMapping")).error());
        assertEquals(state, world.state());
    }

    @Test
    void ofDeletionsOneIsDoneAndTheOthersFindNothing() throws Exception {
        winner(race("DeleteEventSourceMapping", Map.of("UUID", World.MAPPING), _ -> ""), "404 ResourceNotFoundException");
        winner(race("DeleteFunctionEventInvokeConfig", F, _ -> ""), "404 ResourceNotFoundException");
        winner(race("DeleteFunction", F, _ -> ""), "404 ResourceNotFoundException");
        assertEquals(0, now("ListFunctions", Map.of()).path("Functions").size());
    }

    @Test
    void whatIsDeletedWhileAllElseIsDoneToItIsGoneWhole() throws Exception {
        long packages = world.packages();
        for (int round = 0; round < ROUNDS; round++) {
            List<Operation> all = Operations.ALL.stream().filter(each -> !each.name().contains("EventSourceMapping") && !each.name().equals("CreateFunction")).toList();
            CyclicBarrier together = new CyclicBarrier(all.size());
            try (ExecutorService threads = Executors.newFixedThreadPool(all.size())) {
                for (Future<Answer> each : threads.invokeAll(all.stream().<Callable<Answer>>map(operation -> () -> {
                    together.await();
                    return world.call(operation);
                }).toList())) {
                    assertTrue(each.get().status() < 300 || Set.of(404, 409).contains(each.get().status()), each.get().response().body());
                }
            }
            world.call("DeleteFunction", F, "");
            world.renew();
            while (world.packages() > packages) {
                Thread.sleep(5); // what a deleted function had on the disk goes, or the time is up
            }
            assertEquals(packages, world.packages());
        }
    }

    @Test
    void noTagIsLostAndNoMoreThanFiftyAreKept() throws Exception {
        List<Answer> answers = race("TagResource", Map.of("Resource", World.ARN), writer -> IntStream.range(0, 10)
                .mapToObj(i -> "\"k" + writer + "-" + i + "\":\"v\"").collect(Collectors.joining(",", "{\"Tags\":{", "}}")));
        assertEquals(4, answers.stream().filter(each -> each.status() == 204).count(), "ten each, and one that was there");
        answers.stream().filter(each -> each.status() != 204).forEach(each -> assertEquals("400 InvalidParameterValueException", each.error()));
        assertEquals(41, now("ListTags", Map.of("Resource", World.ARN)).path("Tags").size());
    }

    @Test
    void noAliasNamesAVersionThatIsGone() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            World.done(world.call("UpdateFunctionConfiguration", F, "{\"Timeout\":" + (20 + round) + "}"));
            world.settled();
            String version = World.done(world.call("PublishVersion", F, "{}")).text("Version");
            Map<String, String> it = Map.of("FunctionName", "f", "Qualifier", version);
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                String name = "a" + round + i;
                calls.add(() -> world.call("CreateAlias", F, "{\"Name\":\"" + name + "\",\"FunctionVersion\":\"" + version + "\"}"));
            }
            calls.add(WRITERS / 2, () -> world.call("DeleteFunction", it, ""));
            List<Answer> answers = new ArrayList<>();
            try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
                for (Future<Answer> each : threads.invokeAll(calls)) {
                    answers.add(each.get());
                }
            }
            Answer deletion = answers.remove(WRITERS / 2);
            boolean gone = deletion.status() == 204;
            assertEquals(gone ? "404 ResourceNotFoundException" : "200 ", world.call("GetFunctionConfiguration", it, "").error());
            assertEquals(gone ? 0 : WRITERS, answers.stream().filter(each -> each.status() == 201).count(), deletion.error());
        }
    }

    @Test
    void noMoreIsReservedThanThereIs() throws Exception {
        int most = now("GetAccountSettings", Map.of()).at("/AccountLimit/ConcurrentExecutions").asInt();
        for (int i = 0; i < WRITERS; i++) {
            World.done(world.lambda().create("g" + i, Operations.zip("g"), ""));
        }
        world.settled();
        List<Callable<Answer>> calls = IntStream.range(0, WRITERS).<Callable<Answer>>mapToObj(i ->
                () -> world.call("PutFunctionConcurrency", Map.of("FunctionName", "g" + i), "{\"ReservedConcurrentExecutions\":" + most * 2 / 3 + "}")).toList();
        List<Answer> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
            for (Future<Answer> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
        }
        winner(answers, "400 InvalidParameterValueException");
    }
}
