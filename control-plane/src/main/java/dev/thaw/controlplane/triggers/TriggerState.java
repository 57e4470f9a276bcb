package dev.thaw.controlplane.triggers;

import dev.thaw.controlplane.logs.Field;
import java.lang.System.Logger.Level;

/** How a trigger fares, for people; says what is wrong in the server's log once, not each time. Thread-safe. */
final class TriggerState {
    private static final System.Logger LOG = System.getLogger(TriggerState.class.getName());
    private static final int MOST_CHARS = 500;
    static final String NOTHING_YET = "No records processed";
    private static final String OK = "OK";
    private static final long TELL_NANOS = 10_000_000_000L;

    private final Field function;
    private final Field trigger;
    private boolean begun;
    private String broker = "";
    private String batches = NOTHING_YET;
    private long told = System.nanoTime() - TELL_NANOS - 1;

    TriggerState(EventSourceMapping mapping) {
        this.function = Field.function(mapping.function().name());
        this.trigger = new Field("trigger", mapping.id());
    }

    /** The consumer has been made. */
    synchronized void begun() {
        begun = true;
    }

    synchronized boolean hasBegun() {
        return begun;
    }

    /** The broker is away, refuses, has no such topic. */
    synchronized void brokerProblem(String problem) {
        String shown = cut(problem);
        if (!shown.equals(broker)) {
            LOG.log(Level.WARNING, "trigger has a problem: " + shown, function, trigger);
        }
        broker = shown;
    }

    synchronized void brokerIsWell() {
        if (!broker.isEmpty()) {
            LOG.log(Level.INFO, "trigger is well again", function, trigger);
        }
        broker = "";
    }

    /** Something goes wrong with batches. */
    synchronized void batchProblem(String problem) {
        String shown = "PROBLEM: " + cut(problem);
        long now = System.nanoTime();
        // A function that fails now and then goes to and fro.
        if (!shown.equals(batches) && now - told > TELL_NANOS) {
            told = now;
            LOG.log(Level.WARNING, "trigger's batches: " + cut(problem), function, trigger);
        }
        batches = shown;
    }

    synchronized void batchHandled() {
        batches = OK;
    }

    /** LastProcessingResult. */
    synchronized String lastResult() {
        return broker.isEmpty() ? batches : "PROBLEM: " + broker;
    }

    private static String cut(String text) {
        return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS) + "…";
    }
}
