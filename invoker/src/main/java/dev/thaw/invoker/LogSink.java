package dev.thaw.invoker;

/** Takes what functions print and what the platform says about them. Called from any thread; never blocks. */
@FunctionalInterface
public interface LogSink {
    /** The {@code stream} of lines that are the platform's own: START, REPORT, causes. */
    String PLATFORM = "platform";

    /**
     * One line, without its newline.
     *
     * @param requestId empty while the function initialises
     * @param stream {@code stdout}, {@code stderr} or {@link #PLATFORM}
     */
    void line(String function, int version, String requestId, String stream, String text);
}
