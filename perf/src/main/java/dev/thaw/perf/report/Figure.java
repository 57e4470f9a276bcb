package dev.thaw.perf.report;

/** A single value, of which there is no second to say how it varies. */
public record Figure(String id, String name, double value, String unit, Better better) {}
