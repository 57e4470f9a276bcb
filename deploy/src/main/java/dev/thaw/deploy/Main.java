package dev.thaw.deploy;

/** Where the process begins. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        // exit, not return: what is left of a server's or a pump's threads must not keep a finished command alive.
        System.exit(ThawCommand.execute(Terminal.ofProcess(), arguments));
    }
}
