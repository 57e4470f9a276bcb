package dev.thaw.invoker.contract;

/** What the guest sent is no request that this server reads; the connection ends with this status. */
final class BadRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
