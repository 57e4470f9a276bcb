package dev.thaw.controlplane.functions;

/** As many requests of the function run as its reserved concurrency allows. */
public final class ThrottledException extends Exception {
    private static final long serialVersionUID = 1L;

    ThrottledException(String function, int reserved) {
        super("function " + function + " has " + reserved + " requests running, all that its reserved concurrency allows", null, false, false);
    }
}
