package dev.thaw.perf.report;

/**
 * A target of the project's and what this run reached.
 *
 * @param limit not to be exceeded
 */
public record Check(String id, String text, double value, double limit) {
    public boolean met() {
        return value <= limit;
    }
}
