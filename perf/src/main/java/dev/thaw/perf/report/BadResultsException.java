package dev.thaw.perf.report;

/** A file that holds no results this version can read; the message says which file and what to do. */
public final class BadResultsException extends Exception {
    private static final long serialVersionUID = 1L;

    BadResultsException(String message) {
        super(message);
    }
}
