package dev.thaw.invoker.contract;

/** What the program in the VM sent is no HTTP response. */
final class BadResponseException extends Exception {
    private static final long serialVersionUID = 1L;

    BadResponseException(String message) {
        super(message);
    }
}
