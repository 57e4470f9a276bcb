package dev.thaw.vmm;

/** Why {@link Machine#run} came back. */
public sealed interface Outcome {
    /** Every task waits for something that only the host can bring (an event, input): the moment to freeze. May be run on. */
    record Idle() implements Outcome {}

    /** Somebody on the host asked for a stop, {@link Machine#stop}. May be run on. */
    record Stopped() implements Outcome {}

    /** The program called exit. {@code status} is 0 to 255. */
    record Exited(int status) implements Outcome {}

    /**
     * A signal ended the program.
     *
     * @param signal number of signal(7)
     * @param cause for the operator: the fault's address and instruction, or who sent it
     */
    record Killed(int signal, String cause) implements Outcome {}

    /** The program went beyond what it was given. */
    record LimitExceeded(Limit limit, String detail) implements Outcome {}

    /** KVM or the monitor failed; the VM is of no more use. */
    record Failed(String cause) implements Outcome {}

    /** What can be exceeded. */
    enum Limit { MEMORY, TIME, OUTPUT }

    /** Whether {@link Machine#run} may be called again. */
    default boolean resumable() {
        return this instanceof Idle || this instanceof Stopped;
    }
}
