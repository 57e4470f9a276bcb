package dev.thaw.deploy;

/** Ends a command with one line for the user and an exit status; carries no stack trace to the terminal. */
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The function or the server failed. */
    public static final int FAILED = 1;
    /** The command line was wrong. */
    public static final int USAGE = 2;

    private final int status;

    public Failure(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The exit status of the command. */
    public int status() {
        return status;
    }
}
