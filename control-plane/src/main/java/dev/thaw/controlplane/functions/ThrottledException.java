package dev.thaw.controlplane.functions;

import dev.thaw.invoker.FunctionNames;
import java.util.OptionalInt;

/** As many requests are in the server as may be, of the function or of all. */
public final class ThrottledException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean ofFunction;

    ThrottledException(String function, OptionalInt own, int limit) {
        super(own.isPresent() ? "Function " + FunctionNames.plain(function) + " has " + limit + " requests, all that its reserved concurrency allows"
                : "The server has " + limit + " requests, all that may be at once", null, false, false);
        this.ofFunction = own.isPresent();
    }

    /** Lambda's ThrottleReason. */
    public String reason() {
        return ofFunction ? "ReservedFunctionConcurrentInvocationLimitExceeded" : "ConcurrentInvocationLimitExceeded";
    }
}
