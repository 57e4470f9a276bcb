package dev.thaw.invoker;

/** How an invocation that reached a VM ended. */
public sealed interface InvocationResult {
    /** The error type of one that was ended because its caller went away, or the server ends. */
    String CANCELLED = "Sandbox.Cancelled";

    /** What it took. */
    Report report();

    /** The function answered. */
    record Success(byte[] payload, Report report) implements InvocationResult {}

    /**
     * The function failed: it said so, or it was ended.
     *
     * @param errorType Lambda's name, such as {@code Sandbox.Timedout} or the function's exception class
     * @param errorMessage for the caller
     * @param payload the JSON that Lambda would answer
     * @param cause for the operator, one line
     */
    record FunctionError(String errorType, String errorMessage, byte[] payload, String cause, Report report)
            implements InvocationResult {}
}
