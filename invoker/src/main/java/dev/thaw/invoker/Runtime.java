package dev.thaw.invoker;

/** Who runs the handler inside the VM. */
public enum Runtime {
    /** Our Python runtime with a CPython of the host's. */
    PYTHON3("python3"),
    /** The package's own program, which speaks the Lambda Runtime API. */
    PROVIDED("provided"),
    /** The package's own program: event on standard input, response on standard output. */
    STDIO("stdio");

    private final String label;

    Runtime(String label) {
        this.label = label;
    }

    /** The name in a manifest. */
    public String label() {
        return label;
    }
}
