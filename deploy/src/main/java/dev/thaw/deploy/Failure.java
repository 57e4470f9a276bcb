package dev.thaw.deploy;

/** Ends a command with one line for the user and an exit status; carries no stack trace to the terminal. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The function or the server failed. */
    public static final int FAILED = 1;
    /** The command line was wrong. */
    public static final int USAGE = 2;

    private final int status;
    private final int http;

    public Failure(int status, String message) {
        this(status, message, 0);
    }

    /** @param http the status of the server's answer that this is about; 0 when it is not about one */
    public Failure(int status, String message, int http) {
        super(message);
        this.status = status;
        this.http = http;
    }

    /** The status of the server's answer, or 0. */
    public int http() {
        return http;
    }

    /** The exit status of the command. */
    public int status() {
        return status;
    }
}
