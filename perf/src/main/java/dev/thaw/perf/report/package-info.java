/**
 * What a benchmark found, whatever measured it: series of samples, single figures, targets met or missed; as a table, as JSON, as charts,
 * and two of them compared. Nothing here measures; {@code dev.thaw.perf} uses it.
 */
package dev.thaw.perf.report;
