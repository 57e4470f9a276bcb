package dev.thaw.invoker.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.thaw.vmm.linux.net.GuestService;
import dev.thaw.vmm.linux.net.ServiceConnection;
import dev.thaw.vmm.snapshot.StateReader;
import dev.thaw.vmm.snapshot.StateWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * AWS Lambda's Runtime API (version 2018-06-01) for one VM.
 *
 * <pre>
 * INITIALISING --next--> AWAITING_EVENT --offer--> RUNNING --response|error--> ANSWERED --next--> AWAITING_EVENT
 * INITIALISING --restore/next--> AWAITING_RESTORE --offer--> RESTORING --next--> RUNNING
 * INITIALISING --init/error--> FAILED      RESTORING --restore/error--> FAILED
 * </pre>
 * Any other step is answered with 403 InvalidStateTransition. A VM is frozen while a {@code next} is pending.
 */
final class LambdaRuntimeApi implements GuestService {
    /** The port that AWS_LAMBDA_RUNTIME_API names. */
    static final int PORT = 9001;
    private static final String BASE = "/2018-06-01/runtime/";
    private static final String INVOCATION = BASE + "invocation/";
    private static final String ERROR_TYPE = "lambda-runtime-function-error-type";
    private static final byte[] STATUS_OK = "{\"status\":\"OK\"}\n".getBytes(StandardCharsets.US_ASCII);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ERROR_TYPE = 256;
    private static final int SAVED = 0x4c41;

    enum Phase { INITIALISING, AWAITING_RESTORE, RESTORING, AWAITING_EVENT, RUNNING, ANSWERED, FAILED }

    private final Object lock = new Object();
    private final Map<Integer, Peer> peers = new HashMap<>();
    private Phase phase = Phase.INITIALISING;
    /** What the phase goes back to when the connection that waits is closed. */
    private Phase beforeWaiting = Phase.INITIALISING;
    private Optional<Peer> waiting = Optional.empty();
    private Optional<Event> event = Optional.empty();
    private Optional<Answer> answer = Optional.empty();
    private Runnable whenAnswered = () -> {};
    private Runnable whenReady = () -> {};

    /** A connection and what is read of it. */
    private record Peer(ServiceConnection connection, HttpRequestParser parser) {}

    @Override
    public int port() {
        return PORT;
    }

    @Override
    public void connected(ServiceConnection connection) {
        synchronized (lock) {
            peers.put(connection.id(), peer(connection));
        }
    }

    @Override
    public void received(ServiceConnection connection, byte[] bytes) {
        Runnable answered;
        Runnable asked;
        synchronized (lock) {
            boolean before = answer.isPresent();
            boolean waited = waiting.isPresent();
            Peer peer = peers.get(connection.id());
            if (peer == null) {
                return;
            }
            if (!peer.parser.feed(bytes)) {
                drop(peer);
                return;
            }
            serve(peer);
            answered = !before && answer.isPresent() ? whenAnswered : () -> {};
            asked = !waited && waiting.isPresent() ? whenReady : () -> {};
        }
        answered.run();
        asked.run();
    }

    @Override
    public void closed(ServiceConnection connection) {
        synchronized (lock) {
            Peer peer = peers.remove(connection.id());
            if (peer != null && waiting.equals(Optional.of(peer))) {
                waiting = Optional.empty();
                phase = beforeWaiting;
            }
        }
    }

    /** Whether a {@code next} is pending. */
    boolean ready() {
        synchronized (lock) {
            return phase == Phase.AWAITING_EVENT || phase == Phase.AWAITING_RESTORE;
        }
    }

    /** Answers the pending {@code next}, or keeps the event for the one that comes after the restore. */
    void offer(Event offered) {
        synchronized (lock) {
            Peer peer = waiting.orElseThrow(() -> new IllegalStateException("the function does not wait for an event"));
            waiting = Optional.empty();
            answer = Optional.empty();
            event = Optional.of(offered);
            if (phase == Phase.AWAITING_RESTORE) {
                phase = Phase.RESTORING;
                peer.connection.send(HttpResponses.of(200, Map.of(), new byte[0], true));
            } else {
                deliver(peer);
            }
            serve(peer);
        }
    }

    Optional<Answer> answer() {
        synchronized (lock) {
            return answer;
        }
    }

    void whenAnswered(Runnable action) {
        synchronized (lock) {
            whenAnswered = action;
        }
    }

    void whenReady(Runnable action) {
        synchronized (lock) {
            whenReady = action;
        }
    }

    @Override
    public byte[] save() {
        synchronized (lock) {
            StateWriter out = new StateWriter().mark(SAVED).putInt(phase.ordinal()).putInt(beforeWaiting.ordinal());
            out.putInt(waiting.map(peer -> peer.connection.id()).orElse(-1));
            // Half a request on some other connection is not worth keeping: that connection is closed after the thaw.
            List<Integer> torn = peers.values().stream().filter(peer -> !peer.parser.atRest())
                    .map(peer -> peer.connection.id()).sorted().toList();
            out.putInt(torn.size());
            torn.forEach(out::putInt);
            return out.toByteArray();
        }
    }

    @Override
    public void load(byte[] state, List<ServiceConnection> connections) {
        synchronized (lock) {
            StateReader in = new StateReader(state);
            in.expect(SAVED);
            phase = phase(in.getInt());
            beforeWaiting = phase(in.getInt());
            int waitingId = in.getInt();
            for (ServiceConnection connection : connections) {
                peers.put(connection.id(), peer(connection));
            }
            waiting = Optional.ofNullable(peers.get(waitingId));
            int torn = in.getCount(4);
            for (int i = 0; i < torn; i++) {
                Optional.ofNullable(peers.remove(in.getInt())).ifPresent(peer -> peer.connection.close());
            }
        }
    }

    private static Phase phase(int ordinal) {
        Phase[] all = Phase.values();
        if (ordinal < 0 || ordinal >= all.length) {
            throw new dev.thaw.vmm.snapshot.BadSnapshotException("the Runtime API has no phase " + ordinal);
        }
        return all[ordinal];
    }

    private static Peer peer(ServiceConnection connection) {
        return new Peer(connection, new HttpRequestParser(Contract.MAX_RESPONSE));
    }

    private void serve(Peer peer) {
        try {
            // A request behind one whose answer is still to come keeps its turn.
            while (peers.containsKey(peer.connection.id()) && !waiting.equals(Optional.of(peer))) {
                Optional<HttpRequest> request = peer.parser.next();
                if (request.isEmpty()) {
                    if (peer.parser.takeContinue()) {
                        peer.connection.send(HttpResponses.CONTINUE);
                    }
                    return;
                }
                serve(peer, request.get());
            }
        } catch (BadRequestException e) {
            peer.connection.send(HttpResponses.of(e.status(), Map.of(), error("InvalidRequest", e.getMessage()), false));
            drop(peer);
        }
    }

    private void serve(Peer peer, HttpRequest request) {
        String path = request.path();
        if (path.equals(INVOCATION + "next")) {
            only("GET", peer, request, () -> next(peer, request));
        } else if (path.equals(BASE + "restore/next")) {
            only("GET", peer, request, () -> restoreNext(peer, request));
        } else if (path.equals(BASE + "init/error")) {
            only("POST", peer, request, () -> failed(peer, request, Phase.INITIALISING, Answer.Stage.INIT));
        } else if (path.equals(BASE + "restore/error")) {
            only("POST", peer, request, () -> failed(peer, request, Phase.RESTORING, Answer.Stage.RESTORE));
        } else if (path.startsWith(INVOCATION) && path.endsWith("/response")) {
            only("POST", peer, request, () -> response(peer, request, id(path, "/response")));
        } else if (path.startsWith(INVOCATION) && path.endsWith("/error")) {
            only("POST", peer, request, () -> invocationError(peer, request, id(path, "/error")));
        } else {
            reply(peer, request, 404, error("NotFound", "no such resource in the Runtime API"));
        }
    }

    private void only(String method, Peer peer, HttpRequest request, Runnable action) {
        if (request.method().equals(method)) {
            action.run();
        } else {
            reply(peer, request, 405, error("MethodNotAllowed", "this resource takes " + method));
        }
    }

    private static String id(String path, String suffix) {
        return path.length() < INVOCATION.length() + suffix.length()
                ? "" : path.substring(INVOCATION.length(), path.length() - suffix.length());
    }

    private void next(Peer peer, HttpRequest request) {
        switch (phase) {
            case RESTORING -> deliver(peer);
            case INITIALISING, ANSWERED -> await(peer, Phase.AWAITING_EVENT);
            case AWAITING_RESTORE, AWAITING_EVENT, RUNNING, FAILED -> wrongState(peer, request);
        }
    }

    private void restoreNext(Peer peer, HttpRequest request) {
        if (phase == Phase.INITIALISING) {
            await(peer, Phase.AWAITING_RESTORE);
        } else {
            wrongState(peer, request);
        }
    }

    private void await(Peer peer, Phase awaiting) {
        beforeWaiting = phase;
        phase = awaiting;
        waiting = Optional.of(peer);
    }

    private void deliver(Peer peer) {
        Event delivered = event.orElseThrow();
        phase = Phase.RUNNING;
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Lambda-Runtime-Aws-Request-Id", delivered.requestId());
        headers.put("Lambda-Runtime-Deadline-Ms", Long.toString(delivered.deadlineMillis()));
        headers.put("Lambda-Runtime-Invoked-Function-Arn", delivered.functionArn());
        delivered.traceId().ifPresent(id -> headers.put("Lambda-Runtime-Trace-Id", id));
        delivered.clientContext().ifPresent(context -> headers.put("Lambda-Runtime-Client-Context", context));
        peer.connection.send(HttpResponses.of(200, headers, delivered.payload(), true));
    }

    private void response(Peer peer, HttpRequest request, String id) {
        if (!running(peer, request, id)) {
            return;
        }
        Optional<String> mode = request.header("lambda-runtime-function-response-mode");
        if (mode.isPresent() && !mode.get().equalsIgnoreCase("streaming") && !mode.get().equalsIgnoreCase("buffered")) {
            reply(peer, request, 400, error("InvalidFunctionResponseMode", "the response mode is streaming or buffered"));
            return;
        }
        phase = Phase.ANSWERED;
        if (request.bodyBytes() > Contract.MAX_RESPONSE) {
            answer = Optional.of(new Answer.TooLarge(request.bodyBytes(), Contract.MAX_RESPONSE));
            reply(peer, request, 413, error("RequestEntityTooLarge",
                    "the response has " + request.bodyBytes() + " bytes, at most " + Contract.MAX_RESPONSE + " are taken"));
            return;
        }
        Optional<String> streamError = request.trailer(ERROR_TYPE);
        answer = Optional.of(streamError.isPresent()
                ? new Answer.Error(Answer.Stage.INVOKE, cut(streamError.get()), streamErrorBody(request, streamError.get()))
                : new Answer.Response(request.body()));
        reply(peer, request, 202, STATUS_OK);
    }

    private void invocationError(Peer peer, HttpRequest request, String id) {
        if (running(peer, request, id)) {
            phase = Phase.ANSWERED;
            answer = Optional.of(reported(request, Answer.Stage.INVOKE));
            reply(peer, request, 202, STATUS_OK);
        }
    }

    private void failed(Peer peer, HttpRequest request, Phase expected, Answer.Stage stage) {
        if (phase == expected) {
            phase = Phase.FAILED;
            answer = Optional.of(reported(request, stage));
            reply(peer, request, 202, STATUS_OK);
        } else {
            wrongState(peer, request);
        }
    }

    private boolean running(Peer peer, HttpRequest request, String id) {
        if (event.isEmpty() || !event.get().requestId().equals(id)) {
            reply(peer, request, 400, error("InvalidRequestID", "Invalid request ID"));
            return false;
        }
        if (phase != Phase.RUNNING) {
            wrongState(peer, request);
            return false;
        }
        return true;
    }

    private void wrongState(Peer peer, HttpRequest request) {
        reply(peer, request, 403, error("InvalidStateTransition", "not now: the runtime is " + phase));
    }

    private void reply(Peer peer, HttpRequest request, int status, byte[] body) {
        peer.connection.send(HttpResponses.of(status, Map.of(), body, request.keepAlive()));
        if (!request.keepAlive()) {
            drop(peer);
        }
    }

    private void drop(Peer peer) {
        closed(peer.connection);
        peer.connection.close();
    }

    private static Answer.Error reported(HttpRequest request, Answer.Stage stage) {
        Optional<String> type = request.header(ERROR_TYPE).filter(text -> !text.isBlank());
        byte[] body = request.body();
        try {
            JsonNode json = JSON.readTree(body);
            if (json != null && json.isObject()) {
                String written = json.path("errorType").asText("");
                String chosen = written.isBlank() ? type.orElse("Runtime.Unknown") : written;
                return new Answer.Error(stage, cut(chosen), body);
            }
        } catch (IOException e) {
            // The guest's body is no JSON: answered with one that is, below.
        }
        String chosen = cut(type.orElse("Runtime.Unknown"));
        return new Answer.Error(stage, chosen, error(chosen, "the runtime reported an error without a JSON object"));
    }

    private static byte[] streamErrorBody(HttpRequest request, String type) {
        Optional<String> body = request.trailer("lambda-runtime-function-error-body");
        if (body.isPresent()) {
            try {
                byte[] decoded = java.util.Base64.getDecoder().decode(body.get());
                if (JSON.readTree(decoded) instanceof JsonNode json && json.isObject()) {
                    return decoded;
                }
            } catch (IllegalArgumentException | IOException e) {
                // Neither base64 nor JSON: answered with the type alone.
            }
        }
        return error(cut(type), "the function failed while it streamed its response");
    }

    private static String cut(String type) {
        return type.length() > MAX_ERROR_TYPE ? type.substring(0, MAX_ERROR_TYPE) : type;
    }

    private static byte[] error(String type, String message) {
        try {
            return JSON.writeValueAsBytes(JSON.createObjectNode().put("errorMessage", message).put("errorType", type));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("two strings always make JSON", e);
        }
    }
}
