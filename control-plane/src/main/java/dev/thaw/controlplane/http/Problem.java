package dev.thaw.controlplane.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.controlplane.async.BacklogException;
import dev.thaw.controlplane.data.FullDisk;
import dev.thaw.controlplane.data.OverloadedException;
import dev.thaw.controlplane.functions.ChangeException;
import dev.thaw.controlplane.functions.FunctionReference;
import dev.thaw.controlplane.functions.ThrottledException;
import dev.thaw.controlplane.functions.UnknownFunctionException;
import dev.thaw.controlplane.packages.PackageException;
import dev.thaw.invoker.DeadlineException;
import dev.thaw.invoker.PrepareException;
import dev.thaw.invoker.QueueFullException;
import io.vertx.ext.web.handler.HttpException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;

/**
 * A request that is refused or failed, in the shape of Lambda's errors: status, {@code x-amzn-ErrorType} and a body with
 * {@code Type}, {@code Message} and {@code message}.
 *
 * <p>It is thrown to leave a handler; the names of types are those of Lambda's service model where it has one.
 */
public final class Problem extends Exception {
    private static final long serialVersionUID = 1L;

    private static final Duration FULL_DISK_RETRY = Duration.ofSeconds(10);

    private final int status;
    private final String type;
    private final transient Optional<Duration> retryAfter;
    private final transient ObjectNode details;

    private Problem(int status, String type, String message, Optional<Duration> retryAfter, ObjectNode details) {
        super(message, null, false, false); // an answer, not a fault: its stack trace says nothing
        this.status = status;
        this.type = type;
        this.retryAfter = retryAfter;
        this.details = details;
    }

    private Problem(int status, String type, String message) {
        this(status, type, message, Optional.empty(), Json.object());
    }

    public static Problem invalidParameter(String message) {
        return new Problem(400, "InvalidParameterValueException", message);
    }

    public static Problem invalidContent(String message) {
        return new Problem(400, "InvalidRequestContentException", message);
    }

    /** It broke off, or its chunks are none; the connection is of no use any more. */
    static Problem malformedBody() {
        return invalidContent("The request's body broke off, or its chunks (Transfer-Encoding) are malformed");
    }

    public static Problem notFound(String message) {
        return new Problem(404, "ResourceNotFoundException", message);
    }

    public static Problem unknownFunction(FunctionReference reference) {
        return of(new UnknownFunctionException(reference));
    }

    public static Problem forbidden(String message) {
        return new Problem(403, "AccessDeniedException", message);
    }

    static Problem methodNotAllowed(String message) {
        return new Problem(405, "MethodNotAllowedException", message);
    }

    /** Another of Lambda's errors of a caller, by its name. */
    public static Problem refused(int status, String type, String message) {
        return new Problem(status, type, message);
    }

    public static Problem tooLarge(String what, long limit) {
        return new Problem(413, "RequestTooLargeException", what + " must be smaller than " + limit + " bytes");
    }

    public static Problem tooMany(String message, Duration retryAfter) {
        return new Problem(429, "TooManyRequestsException", message, Optional.of(retryAfter), Json.object());
    }

    public static Problem unavailable(String message) {
        return new Problem(503, "ServiceUnavailableException", message);
    }

    /** The server is full, whoever asks: SDKs try again, and who balances load asks another. */
    public static Problem overloaded(String message, Duration retryAfter) {
        return overloaded(message, retryAfter, Json.object());
    }

    private static Problem overloaded(String message, Duration retryAfter, ObjectNode details) {
        return new Problem(503, "ServiceUnavailableException", message, Optional.of(retryAfter), details);
    }

    /** What a failure of any layer is to the client; what is nobody's fault but ours says no more than that. */
    static Problem of(Throwable failure) {
        return switch (failure) {
            case Problem problem -> problem;
            case CompletionException wrapper when wrapper.getCause() != null -> of(wrapper.getCause());
            case UnknownFunctionException unknown -> notFound(unknown.getMessage());
            case PackageException bad -> invalidParameter(bad.getMessage());
            case QueueFullException full -> full.ofHost() ? overloaded(full.getMessage(), full.retryAfter()) : tooMany(full.getMessage(), full.retryAfter());
            case ThrottledException throttled -> of(throttled);
            case BacklogException full -> tooMany(full.getMessage(), Duration.ofSeconds(10));
            case OverloadedException overloaded -> overloaded(overloaded.getMessage(), Duration.ofSeconds(1));
            case HttpException unread when unread.getStatusCode() == 400 -> invalidParameter("The request's path or query cannot be read");
            case DeadlineException _, CancellationException _ -> new Problem(504, "DeadlineExceededException",
                    "The time that the request gave was over before its turn came; it was not begun");
            case ChangeException refused -> of(refused);
            case PrepareException unprepared when !FullDisk.caused(unprepared) -> of(unprepared);
            case Throwable full when FullDisk.caused(full) -> overloaded("The server's disk is full: nothing can be stored until there is room again",
                    FULL_DISK_RETRY);
            default -> new Problem(500, "ServiceException", "The server failed; its log names the cause under this request's id");
        };
    }

    private static Problem of(ThrottledException throttled) {
        Duration retryAfter = Duration.ofSeconds(1);
        ObjectNode details = Json.object().put("Reason", throttled.reason());
        return throttled.ofServer() ? overloaded(throttled.getMessage(), retryAfter, details)
                : new Problem(429, "TooManyRequestsException", throttled.getMessage(), Optional.of(retryAfter), details);
    }

    private static Problem of(ChangeException refused) {
        return switch (refused.kind()) {
            case INVALID -> invalidParameter(refused.getMessage());
            case NOT_FOUND -> notFound(refused.getMessage());
            case CONFLICT -> new Problem(409, "ResourceConflictException", refused.getMessage());
            case PRECONDITION -> new Problem(412, "PreconditionFailedException", refused.getMessage());
            case TOO_MANY -> tooMany(refused.getMessage(), Duration.ofSeconds(1));
        };
    }

    private static Problem of(PrepareException failure) {
        return switch (failure.kind()) {
            case NO_KVM -> unavailable(failure.getMessage());
            case NO_RUNTIME -> new Problem(502, "InvalidRuntimeException", failure.getMessage());
            case INIT_FAILED -> new Problem(502, "ResourceNotReadyException",
                    "The function failed to initialise: " + failure.errorType() + ": " + failure.getMessage(), Optional.empty(), details(failure));
            case PLATFORM -> new Problem(500, "ServiceException", failure.getMessage());
        };
    }

    /** What the function itself said, and what it printed last. */
    private static ObjectNode details(PrepareException failure) {
        ObjectNode details = Json.object();
        try {
            if (Json.parse(failure.payload()) instanceof ObjectNode said) {
                JsonNode frames = said.path("stackTrace");
                if (frames.isArray()) {
                    details.set("stackTrace", frames);
                }
            }
        } catch (IOException _) {
            // The error's type and message below say it.
        }
        details.put("errorType", failure.errorType());
        details.put("errorMessage", failure.getMessage());
        failure.logLines().forEach(details.putArray("logLines")::add);
        return details;
    }

    public int status() {
        return status;
    }

    public String type() {
        return type;
    }

    /** When a new try makes sense. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    byte[] body() {
        ObjectNode body = Json.object();
        body.put("Type", status < 500 ? "User" : "Service");
        body.put("Message", getMessage());
        body.put("message", getMessage());
        body.setAll(details);
        return Json.bytes(body);
    }
}
