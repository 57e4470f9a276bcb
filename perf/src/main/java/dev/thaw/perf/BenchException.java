package dev.thaw.perf;

/** A benchmark that cannot run here; the message says what is missing. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }
}
