package dev.thaw.controlplane.functions;

import dev.thaw.invoker.FunctionNames;

/** As many requests are in the server as may be, of the function or of all. */
public final class ThrottledException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String reason;
    private final boolean ofServer;

    private ThrottledException(String message, String reason, boolean ofServer) {
        super(message, null, false, false);
        this.reason = reason;
        this.ofServer = ofServer;
    }

    static ThrottledException reserved(String function, int limit) {
        return new ThrottledException("Function " + FunctionNames.plain(function) + " has " + limit
                + " requests, all that its reserved concurrency allows", "ReservedFunctionConcurrentInvocationLimitExceeded", false);
    }

    static ThrottledException share(String function, int limit) {
        return new ThrottledException("Function " + FunctionNames.plain(function) + " has " + limit
                + " requests, all that a function without reserved concurrency may have", "ConcurrentInvocationLimitExceeded", false);
    }

    static ThrottledException server(int limit) {
        return new ThrottledException("The server has " + limit + " requests, all that may be at once", "ConcurrentInvocationLimitExceeded", true);
    }

    /** Lambda's ThrottleReason. */
    public String reason() {
        return reason;
    }

    /** Whether it is the server that is full and not the function, so that another server might take the request. */
    public boolean ofServer() {
        return ofServer;
    }
}
