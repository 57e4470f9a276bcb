package dev.thaw.deploy;

/** How the lines of System.Logger look on standard error; a user's own java.util.logging configuration goes first. */
final class LogFormat {
    private static final String FORMAT = "java.util.logging.SimpleFormatter.format";

    private LogFormat() {}

    /** Must run before the first logger is made. */
    static void set() {
        if (System.getProperty(FORMAT) == null) {
            // time, level, message, stack trace: one line where there is no stack trace
            System.setProperty(FORMAT, "%1$tFT%1$tT.%1$tL %4$s %5$s%6$s%n");
        }
    }
}
