package dev.thaw.invoker;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.invoker.Failures.Failure;
import dev.thaw.invoker.contract.Answer;
import dev.thaw.invoker.contract.Contract;
import dev.thaw.invoker.contract.Event;
import dev.thaw.vmm.Machine;
import dev.thaw.vmm.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Asks a web server for its manifest's {@code rehearse} paths before it is frozen: what a server does only at its first requests,
 * classes loaded and code compiled, is then in the snapshot. Each connection is closed, and the program at rest again, before the next.
 */
final class HttpRehearsal {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** As many rounds over all paths as are done in a moment: a JVM compiles what it has run often. */
    private static final int ROUNDS = 300;
    private static final long ENOUGH_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int SERVER_ERROR = 500;

    private final FunctionVersion version;
    private final Machine machine;
    private final Contract contract;
    private final FunctionLog log;
    private final String requestId;

    /** @param machine booted, the program listening */
    HttpRehearsal(FunctionVersion version, Machine machine, Contract contract, FunctionLog log, String requestId) {
        this.version = version;
        this.machine = machine;
        this.contract = contract;
        this.log = log;
        this.requestId = requestId;
    }

    /** Goes through them; what went wrong, if something did. @param nanos the most that one request may take */
    Optional<Failure> run(long nanos) {
        long enough = System.nanoTime() + ENOUGH_NANOS;
        for (int round = 0; round == 0 || round < ROUNDS && System.nanoTime() < enough; round++) {
            for (String path : version.manifest().rehearse()) {
                Optional<Failure> failure = ask(path, nanos, round == 0);
                if (failure.isPresent()) {
                    return failure;
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Failure> ask(String path, long nanos, boolean first) {
        contract.offer(new Event(requestId, request(path), System.currentTimeMillis() + nanos / 1_000_000, version.functionArn(),
                Optional.empty(), Optional.empty()));
        machine.wake();
        Outcome outcome = RestPoint.reach(machine, () -> contract.answer().isPresent(), nanos);
        log.finish();
        if (contract.answer().isEmpty() || !outcome.resumable()) {
            Failure cause = Failures.of(outcome, requestId, version.manifest(), "Rehearsal", Duration.ofNanos(nanos));
            return Optional.of(cause.ours() ? cause : Failures.rehearsal(requestId, path, cause.cause()));
        }
        return switch (contract.answer().get()) {
            case Answer.Response(byte[] payload) -> judged(path, payload, first);
            case Answer.Error error -> Optional.of(Failures.rehearsal(requestId, path, Failures.of(error).message()));
            case Answer.TooLarge large -> Optional.of(Failures.rehearsal(requestId, path, Failures.of(large).message()));
        };
    }

    private Optional<Failure> judged(String path, byte[] payload, boolean first) {
        int status = status(payload);
        if (first) {
            log.platform("rehearsed GET " + path + ": status " + status);
        }
        return status >= SERVER_ERROR ? Optional.of(Failures.rehearsal(requestId, path, "the answer has status " + status))
                : Optional.empty();
    }

    private static int status(byte[] payload) {
        try {
            return JSON.readTree(payload).path("statusCode").asInt();
        } catch (IOException e) {
            throw new IllegalStateException("the contract's own JSON", e);
        }
    }

    /** A function URL's event, payload format 2.0. */
    private static byte[] request(String target) {
        int query = target.indexOf('?');
        ObjectNode event = JSON.createObjectNode().put("version", "2.0").put("rawPath", query < 0 ? target : target.substring(0, query))
                .put("rawQueryString", query < 0 ? "" : target.substring(query + 1));
        event.putObject("headers").put("host", "localhost").put("user-agent", "thaw-rehearsal");
        event.putObject("requestContext").putObject("http").put("method", "GET").put("sourceIp", "127.0.0.1");
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }
}
