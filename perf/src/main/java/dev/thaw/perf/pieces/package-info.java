/**
 * The pieces of a start, for JMH, which wants public classes and writes its own beside them. {@code dev.thaw.perf.PiecesBench} runs them
 * in JVMs of their own.
 */
package dev.thaw.perf.pieces;
