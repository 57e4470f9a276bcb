package dev.thaw.invoker;

import dev.thaw.vmm.Outcome;
import dev.thaw.vmm.RollbackResult;

/** Why a VM came to its end. */
public enum Discard {
    /** It is used once: {@code isolation: fresh-vm}, or rolling back is turned off for its version. */
    USED("used"),
    /** The request ran into its time limit. */
    TIMEOUT("timeout"),
    /** The request's caller went away. */
    CANCELLED("cancelled"),
    /** A signal ended the program. */
    KILLED("killed"),
    /** The program ended and should not have, or with a status that is no success. */
    EXITED("exited"),
    /** It ran out of memory. */
    MEMORY("out-of-memory"),
    /** It printed, or answered, more than it may. */
    OUTPUT("output"),
    /** It waited for what cannot come and gave no answer, or did not come to rest after it. */
    STUCK("stuck"),
    /** The platform failed on it. */
    FAILED("failed"),
    /** It could not be rolled back: its request changed more mappings than are worth putting back. */
    MAPPINGS("refused-mappings"),
    /** It could not be rolled back: it holds more pages than are worth putting back, or than its requests need. */
    PAGES("refused-pages"),
    /** It could not be rolled back for another reason; the log says which. */
    REFUSED("refused"),
    /** An audit found a difference from the snapshot after it had been rolled back. */
    DIFFERS("audit-differs"),
    /** It stood idle longer than it is worth its memory. */
    IDLE("idle"),
    /** It stood idle, and another function's requests needed its memory. */
    MADE_ROOM("made-room"),
    /** Its function version was removed, or the server ends. */
    REMOVED("removed");

    private final String label;

    Discard(String label) {
        this.label = label;
    }

    /** The word in logs and metrics. */
    public String label() {
        return label;
    }

    /** Whether the VM was destroyed because something went wrong in it. */
    public boolean abnormal() {
        return switch (this) {
            case TIMEOUT, KILLED, EXITED, MEMORY, OUTPUT, STUCK, FAILED, REFUSED, DIFFERS -> true;
            case USED, CANCELLED, MAPPINGS, PAGES, IDLE, MADE_ROOM, REMOVED -> false;
        };
    }

    /** Of a rollback that was refused. */
    static Discard of(RollbackResult.Reason reason) {
        return switch (reason) {
            case MAPPINGS -> MAPPINGS;
            case PAGES -> PAGES;
            case NOT_FROM_SNAPSHOT, ENDED, HOST, FAILED -> REFUSED;
        };
    }

    /** Of a run that left no resumable VM. */
    static Discard of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Idle _ -> STUCK;
            case Outcome.Stopped _ -> TIMEOUT;
            case Outcome.Exited _ -> EXITED;
            case Outcome.Killed _ -> KILLED;
            case Outcome.LimitExceeded(Outcome.Limit limit, String _) -> switch (limit) {
                case MEMORY -> MEMORY;
                case TIME -> TIMEOUT;
                case OUTPUT -> OUTPUT;
            };
            case Outcome.Failed _ -> FAILED;
        };
    }
}
