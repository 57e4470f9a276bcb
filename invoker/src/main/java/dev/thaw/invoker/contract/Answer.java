package dev.thaw.invoker.contract;

/** What a function said at the end of its initialisation or of one event. */
public sealed interface Answer {
    /** Its result. */
    record Response(byte[] payload) implements Answer {}

    /**
     * It reports an error of its own.
     *
     * @param errorType from the header or the body; never empty
     * @param payload the JSON it sent, as it is
     */
    record Error(Stage stage, String errorType, byte[] payload) implements Answer {}

    /** Its result was larger than a result may be; it was not kept. */
    record TooLarge(long bytes, long limit) implements Answer {}

    /** What the function was doing. */
    enum Stage { INIT, RESTORE, INVOKE }
}
