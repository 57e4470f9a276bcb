package dev.thaw.perf.report;

/** Which way a figure is wanted to go. */
public enum Better {
    LOWER, HIGHER;

    /** Whether going from 1 to {@code ratio} is a change for the worse. */
    boolean worse(double ratio) {
        return this == LOWER ? ratio > 1 : ratio < 1;
    }
}
