package dev.thaw.invoker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests, rollbacks, time-outs, versions that go and the end of the host, all at once: every answer is right, and nothing is left. */
class PoolRacesTest {
    private static final int CLIENTS = 4;

    @TempDir Path folder;
    private Functions functions;
    private final AtomicInteger clean = new AtomicInteger();
    private final List<String> wrong = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        functions = new Functions(folder);
    }

    @AfterEach
    void close() {
        functions.close();
    }

    private FunctionVersion version(int number) throws Exception {
        FunctionVersion compiled = functions.compiled("name: c\nruntime: provided\ntimeout: 300ms\nmemory: 32\nqueue: 50\nenv:\n  MARK: v" + number
                + "\n", "bootstrap.c", "bootstrap");
        return new FunctionVersion(compiled.manifest(), number, compiled.packageFolder());
    }

    private CompletableFuture<InvocationResult> send(FunctionVersion version, String event) {
        return functions.invoker.invoke(version, new Invocation("id", event.getBytes(), Optional.empty(), Optional.empty()));
    }

    /** Sends events of all kinds to a version until told; notes each answer that is not that of a clean VM of that version. */
    private void client(FunctionVersion version, AtomicBoolean goOn) {
        for (int i = 0; goOn.get(); i++) {
            String event = switch (ThreadLocalRandom.current().nextInt(12)) {
                case 0 -> "\"loop\"";
                case 1 -> "\"crash\"";
                case 2 -> "\"exit\"";
                default -> Integer.toString(i);
            };
            CompletableFuture<InvocationResult> result = send(version, event);
            if (ThreadLocalRandom.current().nextInt(10) == 0) {
                result.cancel(false);
            } else {
                check(version, event, result);
            }
        }
    }

    private void check(FunctionVersion version, String event, CompletableFuture<InvocationResult> result) {
        String said;
        try {
            said = switch (result.get(60, TimeUnit.SECONDS)) {
                case InvocationResult.Success success -> new String(success.payload());
                case InvocationResult.FunctionError error -> error.errorType();
            };
        } catch (ExecutionException e) {
            said = e.getCause().getClass().getSimpleName();
        } catch (InterruptedException | TimeoutException e) {
            said = e.toString();
        }
        String expected = "{\"count\":1,\"mark\":\"v" + version.version() + "\",\"event\":" + event + "}";
        boolean bad = event.startsWith("\"");
        // On a busy host the limit may be over before an honest request is.
        boolean fine = bad ? said.equals("Sandbox.Timedout") || said.equals("Runtime.ExitError")
                : said.equals(expected) || said.equals("Sandbox.Timedout");
        if (said.equals(expected)) {
            clean.incrementAndGet();
        } else if (!fine && !said.equals("QueueFullException")) {
            synchronized (wrong) {
                wrong.add(event + ": " + said);
            }
        }
    }

    private static List<Thread> start(Runnable... clients) {
        return Stream.of(clients).map(client -> Thread.ofPlatform().start(client)).toList();
    }

    private static void join(List<Thread> threads) throws InterruptedException {
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.map(each -> {
                try {
                    return Files.readSymbolicLink(each).toString();
                } catch (IOException e) {
                    return "";
                }
            }).filter(target -> target.contains("kvm-v")).count();
        }
    }

    private static List<String> workers() {
        return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).filter(name -> name.startsWith("thaw-c:")).toList();
    }

    private static void awaitNoWorkers() throws InterruptedException {
        for (int i = 0; i < 3000 && !workers().isEmpty(); i++) {
            Thread.sleep(10);
        }
        assertEquals(List.of(), workers());
    }

    @Test
    void versionsComeAndGoWhileRequestsAndRollbacksRun() throws Exception {
        for (int number = 1; number <= 4; number++) {
            FunctionVersion old = version(number);
            FunctionVersion next = version(number + 1);
            functions.invoker.prepare(old);
            AtomicBoolean oldGoesOn = new AtomicBoolean(true);
            AtomicBoolean nextGoesOn = new AtomicBoolean(true);
            List<Thread> clients = new ArrayList<>(start(() -> client(old, oldGoesOn), () -> client(old, oldGoesOn)));
            functions.invoker.prepare(next);
            clients.addAll(start(() -> client(next, nextGoesOn), () -> client(next, nextGoesOn)));
            Thread.sleep(400);
            oldGoesOn.set(false);
            functions.invoker.forget(old);
            Thread.sleep(200);
            nextGoesOn.set(false);
            join(clients);
            functions.invoker.forget(old);
            functions.invoker.forget(next);
        }
        assertEquals(List.of(), wrong);
        assertTrue(clean.get() > 0);
        awaitNoWorkers();
    }

    @Test
    void theHostEndsWhileRequestsAndRollbacksRun() throws Exception {
        long before = descriptors();
        FunctionVersion version = version(1);
        for (int round = 0; round < 5; round++) {
            functions.invoker.prepare(version);
            AtomicBoolean goOn = new AtomicBoolean(true);
            Runnable[] clients = new Runnable[CLIENTS];
            java.util.Arrays.fill(clients, (Runnable) () -> client(version, goOn));
            List<Thread> running = start(clients);
            Thread.sleep(150);
            Thread stopper = Thread.ofPlatform().start(() -> {
                try {
                    Thread.sleep(20);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                goOn.set(false);
            });
            functions.close();
            stopper.join();
            join(running);
            // Requests that came after the end may have begun the version anew.
            functions.close();
            awaitNoWorkers();
            functions = new Functions(folder);
        }
        assertEquals(List.of(), wrong);
        // A few blank VMs stand ready for all functions of the process.
        assertTrue(descriptors() <= before + 16, () -> "KVM descriptors before: " + before);
    }
}
