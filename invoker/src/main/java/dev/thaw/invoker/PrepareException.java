package dev.thaw.invoker;

import java.util.List;

/** A function version that cannot be made ready. */
public final class PrepareException extends Exception {
    private static final long serialVersionUID = 1L;

    /** Whose fault it is. */
    public enum Kind {
        /** This host has no usable KVM; the message says what to do. */
        NO_KVM,
        /** Something that the function needs is not on this host, such as a Python interpreter; the message says what to install. */
        NO_RUNTIME,
        /** The function itself failed to initialise. */
        INIT_FAILED,
        /** The platform failed: disk, KVM, a fault of ours. */
        PLATFORM
    }

    private final Kind kind;
    private final String errorType;
    private final byte[] payload;
    private final transient List<String> logLines;

    /**
     * @param errorType Lambda's name, such as {@code Runtime.ExitError}
     * @param errorMessage for the caller
     * @param payload Lambda's error JSON
     * @param logLines last lines that the function printed
     */
    public PrepareException(Kind kind, String errorType, String errorMessage, byte[] payload, List<String> logLines) {
        super(errorMessage);
        this.kind = kind;
        this.errorType = errorType;
        this.payload = payload.clone();
        this.logLines = List.copyOf(logLines);
    }

    public Kind kind() {
        return kind;
    }

    public String errorType() {
        return errorType;
    }

    /** The same as {@link #getMessage}. */
    public String errorMessage() {
        return getMessage();
    }

    /** Lambda's error JSON: errorMessage, errorType and, where the function gave one, stackTrace. */
    public byte[] payload() {
        return payload.clone();
    }

    /** The last lines that the function printed, oldest first. */
    public List<String> logLines() {
        return logLines;
    }
}
