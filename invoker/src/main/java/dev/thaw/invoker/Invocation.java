package dev.thaw.invoker;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * One request to a function.
 *
 * @param requestId unique; visible ASCII, at most 128 characters
 * @param event the payload, at most 6 MiB; the invoker does not change or copy it
 * @param clientContext JSON as Lambda's {@code X-Amz-Client-Context} carries it, decoded
 * @param traceId for {@code Lambda-Runtime-Trace-Id}
 * @param deadline {@link System#nanoTime} until which its caller waits; empty for as long as the function may take. It is not begun later,
 *     and ended then
 */
public record Invocation(String requestId, byte[] event, Optional<String> clientContext, Optional<String> traceId, OptionalLong deadline) {
    /** Largest event of a synchronous invocation, bytes: Lambda's quota. */
    public static final int MAX_EVENT_BYTES = 6 << 20;

    /** One whose caller waits as long as it takes. */
    public Invocation(String requestId, byte[] event, Optional<String> clientContext, Optional<String> traceId) {
        this(requestId, event, clientContext, traceId, OptionalLong.empty());
    }
}
