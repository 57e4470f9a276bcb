package dev.thaw.sdk.runtime;

/** An error that has a name of its own in the Runtime API, such as {@code Runtime.HandlerNotFound}, instead of its class. */
final class RuntimeFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final String type;

    RuntimeFault(String type, String message) {
        super(message);
        this.type = type;
    }

    RuntimeFault(String type, String message, Throwable cause) {
        super(message, cause);
        this.type = type;
    }

    static RuntimeFault noHandler(String message) {
        return new RuntimeFault("Runtime.HandlerNotFound", message);
    }

    String type() {
        return type;
    }
}
