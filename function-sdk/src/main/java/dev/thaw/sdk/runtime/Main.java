package dev.thaw.sdk.runtime;

/** What the {@code java25} runtime starts. Takes all it has to know from the environment, as Lambda sets it. */
public final class Main {
    private Main() {}

    /** Ends with status 1 when the function could not be initialised, which the platform has been told by then. */
    public static void main(String[] arguments) {
        RuntimeEnvironment environment;
        try {
            environment = RuntimeEnvironment.of(System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        System.exit(new RuntimeLoop(environment, new JvmFreezePoint()).run());
    }
}
