package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What VMs of a pool go through, by isolation; every rollback is audited here. */
class PoolTest {
    @TempDir Path folder;
    private Functions functions;

    @BeforeEach
    void open() throws Exception {
        functions = new Functions(folder);
    }

    @AfterEach
    void close() {
        functions.close();
    }

    private FunctionVersion bootstrap(String more) throws Exception {
        return bootstrap("60s", more);
    }

    private FunctionVersion bootstrap(String timeout, String more) throws Exception {
        return functions.compiled("name: c\nruntime: provided\nmemory: 32\ntimeout: " + timeout + "\n" + more, "bootstrap.c", "bootstrap");
    }

    private PoolStats pool() {
        return functions.invoker.stats().getFirst().pool();
    }

    private static Map<Discard, Long> destroyed(PoolStats pool) {
        return pool.totals().destroyed().entrySet().stream().filter(each -> each.getValue() > 0)
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** VMs are destroyed after the response has left. */
    private void awaitDestroyed(Map<Discard, Long> expected) throws InterruptedException {
        for (int i = 0; i < 6000 && !destroyed(pool()).equals(expected); i++) {
            Thread.sleep(10);
        }
        assertEquals(expected, destroyed(pool()));
    }

    private void awaitRunning(FunctionVersion version, int count) throws InterruptedException {
        while (functions.invoker.stats(version).orElseThrow().running() < count) {
            Thread.sleep(5);
        }
    }

    /** The VM of the request before may still be on its way back. */
    private void awaitIdle() throws InterruptedException {
        while (pool().idle() == 0) {
            Thread.sleep(2);
        }
    }

    private static CompletableFuture<InvocationResult> send(Functions to, FunctionVersion version, String id, String event) {
        return to.invoker.invoke(version, new Invocation(id, event.getBytes(), Optional.empty(), Optional.empty()));
    }

    @Test
    void aVmStandsReadyBeforeTheFirstRequest() throws Exception {
        FunctionVersion version = bootstrap("");
        functions.invoker.prepare(version);
        awaitIdle();
        assertEquals(1, pool().vms());
        Report report = functions.invoke(version, "{}").report();
        assertEquals(Bind.NEW, report.bind());
        assertEquals(0, report.bindNanos());
    }

    @Test
    void aVmIsRolledBackForTheNextRequest() throws Exception {
        FunctionVersion version = bootstrap("");
        functions.invoker.prepare(version);
        for (int i = 0; i < 20; i++) {
            awaitIdle();
            InvocationResult.Success success = assertInstanceOf(InvocationResult.Success.class, functions.invoke(version, "{\"n\":" + i + "}"));
            assertEquals("{\"count\":1,\"event\":{\"n\":" + i + "}}", new String(success.payload()));
            assertEquals(i == 0 ? Bind.NEW : Bind.ROLLED_BACK, success.report().bind());
        }
        awaitIdle();
        assertEquals(Map.of(), destroyed(pool()));
        assertEquals(20, pool().totals().rolledBack());
        assertEquals(20, pool().totals().audited());
        assertEquals(Optional.empty(), pool().rollbackOff());
    }

    @Test
    void aProgramThatEndsWithItsAnswerIsRolledBackToo() throws Exception {
        FunctionVersion version = functions.compiled("name: f\nruntime: stdio\ncommand: ./filter\n", "filter.c", "filter", "-static");
        functions.invoker.prepare(version);
        for (int i = 0; i < 10; i++) {
            assertEquals("ready 1 HELLO " + i, functions.answer(version, "hello " + i));
        }
        while (pool().totals().rolledBack() < 5) { // after their answers
            Thread.sleep(2);
        }
        functions.error(version, "!");
        assertEquals("ready 1 AGAIN", functions.answer(version, "again"));
        awaitDestroyed(Map.of(Discard.EXITED, 1L));
    }

    @Test
    void aFreshVmRunsOnce() throws Exception {
        FunctionVersion version = bootstrap("isolation: fresh-vm\n");
        functions.invoker.prepare(version);
        for (int i = 0; i < 5; i++) {
            InvocationResult.Success success = assertInstanceOf(InvocationResult.Success.class, functions.invoke(version, "{}"));
            assertEquals("{\"count\":1,\"event\":{}}", new String(success.payload()));
            assertEquals(Bind.NEW, success.report().bind());
        }
        awaitIdle();
        assertEquals(0, pool().totals().rolledBack());
        while (pool().totals().destroyed().get(Discard.USED) < 5) {
            Thread.sleep(2);
        }
    }

    @Test
    void anInstanceServesOneEventAtATimeAndKeepsItsState() throws Exception {
        FunctionVersion version = bootstrap("isolation: instance\nmaxConcurrency: 1\n");
        functions.invoker.prepare(version);
        for (int i = 1; i <= 3; i++) {
            awaitIdle();
            InvocationResult result = functions.invoke(version, "{}");
            assertEquals(i == 1 ? Bind.NEW : Bind.KEPT, result.report().bind());
        }
        functions.error(version, "\"crash\"");
        assertEquals("{\"count\":1,\"event\":{}}", functions.answer(version, "{}"));
        awaitDestroyed(Map.of(Discard.KILLED, 1L));
    }

    @Test
    void afterAnAbnormalEndTheNextRequestGetsANewVm() throws Exception {
        FunctionVersion version = bootstrap("5s", "maxConcurrency: 1\n");
        functions.invoker.prepare(version);
        Map<String, Discard> ends = Map.of("loop", Discard.TIMEOUT, "crash", Discard.KILLED, "exit", Discard.EXITED,
                "hang", Discard.STUCK, "eat", Discard.MEMORY, "shout", Discard.OUTPUT);
        for (Map.Entry<String, Discard> end : ends.entrySet()) {
            CompletableFuture<InvocationResult> bad = send(functions, version, "bad", "\"" + end.getKey() + "\"");
            CompletableFuture<InvocationResult> next = send(functions, version, "next", "{}");
            assertInstanceOf(InvocationResult.FunctionError.class, bad.get(60, TimeUnit.SECONDS));
            InvocationResult.Success success = assertInstanceOf(InvocationResult.Success.class, next.get(60, TimeUnit.SECONDS));
            assertEquals("{\"count\":1,\"event\":{}}", new String(success.payload()), end.getKey());
            assertEquals(Bind.NEW, success.report().bind(), end.getKey());
        }
        awaitDestroyed(ends.values().stream().collect(Collectors.toMap(end -> end, end -> 1L)));
    }

    @Test
    void aBurstGetsVmsOfItsOwn() throws Exception {
        FunctionVersion version = bootstrap("600s", "");
        functions.invoker.prepare(version);
        var endless = IntStream.range(0, 12).mapToObj(i -> send(functions, version, "e" + i, "\"rest\"")).toList();
        awaitRunning(version, 12);
        assertTrue(pool().totals().thawed() >= 12, () -> pool().toString());
        endless.forEach(each -> each.cancel(true));
        var all = IntStream.range(0, 12).mapToObj(i -> send(functions, version, "r" + i, "\"sleep " + i + "\"")).toList();
        for (int i = 0; i < 12; i++) {
            InvocationResult.Success success = assertInstanceOf(InvocationResult.Success.class, all.get(i).get(60, TimeUnit.SECONDS));
            assertEquals("{\"count\":1,\"event\":\"sleep " + i + "\"}", new String(success.payload()));
        }
    }

    @Test
    void aRequestThatIsGivenUpWhileItWaitsIsNotRun() throws Exception {
        FunctionVersion version = bootstrap("maxConcurrency: 1\n");
        functions.invoker.prepare(version);
        CompletableFuture<InvocationResult> first = send(functions, version, "first", "\"rest\"");
        awaitRunning(version, 1);
        CompletableFuture<InvocationResult> second = send(functions, version, "second", "{}");
        CompletableFuture<InvocationResult> third = send(functions, version, "third", "{}");
        second.cancel(false);
        first.cancel(true);
        assertInstanceOf(InvocationResult.FunctionError.class, first.get(60, TimeUnit.SECONDS));
        assertInstanceOf(InvocationResult.Success.class, third.get(60, TimeUnit.SECONDS));
        assertTrue(functions.lines.stream().noneMatch(line -> line.contains(" second ")));
    }

    @Test
    void aRequestThatIsGivenUpWhileItRunsIsEndedAndItsVmDestroyed() throws Exception {
        FunctionVersion version = bootstrap("maxConcurrency: 1\n");
        functions.invoker.prepare(version);
        CompletableFuture<InvocationResult> endless = send(functions, version, "first", "\"loop\"");
        awaitRunning(version, 1);
        endless.cancel(false);
        assertFalse(endless.isDone(), "what runs goes on unless more is asked for");
        endless.cancel(true);
        InvocationResult.FunctionError ended = assertInstanceOf(InvocationResult.FunctionError.class, endless.get(60, TimeUnit.SECONDS));
        assertEquals(InvocationResult.CANCELLED, ended.errorType());
        assertEquals("{\"count\":1,\"event\":{}}", functions.answer(version, "{}"), "the next has a VM of its own");
        awaitDestroyed(Map.of(Discard.CANCELLED, 1L));
    }

    @Test
    void aRequestWhoseTimeIsOverIsNotBegunAndOneThatRunsIsEnded() throws Exception {
        FunctionVersion version = bootstrap("maxConcurrency: 1\n");
        functions.invoker.prepare(version);
        awaitIdle();
        long now = System.nanoTime();
        CompletableFuture<InvocationResult> running = functions.invoker.invoke(version, due("running", "\"loop\"", now + 3_000_000_000L));
        CompletableFuture<InvocationResult> waiting = functions.invoker.invoke(version, due("waiting", "{}", now + 1));
        InvocationResult.FunctionError ended = assertInstanceOf(InvocationResult.FunctionError.class, running.get(60, TimeUnit.SECONDS));
        assertEquals("Sandbox.Timedout", ended.errorType());
        Throwable late = assertThrows(ExecutionException.class, () -> waiting.get(60, TimeUnit.SECONDS)).getCause();
        assertInstanceOf(DeadlineException.class, late);
        assertTrue(functions.lines.stream().noneMatch(line -> line.contains(" waiting ")));
    }

    private static Invocation due(String id, String event, long deadline) {
        return new Invocation(id, event.getBytes(StandardCharsets.UTF_8), Optional.empty(), Optional.empty(), OptionalLong.of(deadline));
    }

    @Test
    void idleVmsOfOneFunctionMakeRoomForAnothersRequests() throws Exception {
        try (Functions tight = new Functions(folder.resolve("tight"), PoolConfig.USUAL.auditing(1).within(5 << 20))) {
            FunctionVersion first = tight.compiled("name: first\nruntime: provided\nqueue: 16\ntimeout: 60s\nmemory: 32\n", "bootstrap.c", "bootstrap");
            FunctionVersion second = tight.compiled("name: second\nruntime: provided\nqueue: 16\ntimeout: 60s\nmemory: 32\n", "bootstrap.c", "bootstrap");
            burst(tight, first);
            PoolStats before = tight.invoker.stats(first).orElseThrow().pool();
            assertTrue(before.vms() > 1, () -> before.toString());
            Thread.sleep(1500); // what was in use this lately is left alone
            tight.invoker.prepare(second);
            burst(tight, second);
            PoolStats after = tight.invoker.stats(first).orElseThrow().pool();
            assertTrue(after.totals().destroyed().get(Discard.MADE_ROOM) > 0, () -> after.toString());
            assertTrue(tight.invoker.stats(second).orElseThrow().pool().totals().thawed() > 1);
            // What has made room is made again when it is asked for.
            assertEquals("{\"count\":1,\"event\":{}}", tight.answer(first, "{}"));
        }
    }

    @Test
    void whatFindsNoMemoryIsRefusedAsTheHostsFaultAndWhatFindsNoPlaceAsTheFunctions() throws Exception {
        try (Functions full = new Functions(folder.resolve("full"), PoolConfig.USUAL.auditing(1).within(1))) {
            FunctionVersion many = full.compiled("name: many\nruntime: provided\nqueue: 2\ntimeout: 60s\nmemory: 32\n", "bootstrap.c", "bootstrap");
            FunctionVersion one = full.compiled("name: one\nruntime: provided\nqueue: 2\ntimeout: 60s\nmemory: 32\nmaxConcurrency: 1\n", "bootstrap.c", "bootstrap");
            assertTrue(refusal(full, many).ofHost());
            assertFalse(refusal(full, one).ofHost());
        }
    }

    /** Of the first that is refused. */
    private static QueueFullException refusal(Functions to, FunctionVersion version) throws Exception {
        to.invoker.prepare(version);
        List<CompletableFuture<InvocationResult>> all = new ArrayList<>();
        while (true) {
            CompletableFuture<InvocationResult> next = send(to, version, "r" + all.size(), "\"sleep\"");
            if (next.isCompletedExceptionally()) {
                for (CompletableFuture<InvocationResult> each : all) {
                    assertInstanceOf(InvocationResult.Success.class, each.get(60, TimeUnit.SECONDS), "what was taken is answered");
                }
                return assertInstanceOf(QueueFullException.class, assertThrows(ExecutionException.class, next::get).getCause());
            }
            all.add(next);
        }
    }

    private static void burst(Functions to, FunctionVersion version) throws Exception {
        var all = IntStream.range(0, 6).mapToObj(i -> send(to, version, "r" + i, "\"sleep\"")).toList();
        for (CompletableFuture<InvocationResult> one : all) {
            assertInstanceOf(InvocationResult.Success.class, one.get(60, TimeUnit.SECONDS));
        }
    }
}
