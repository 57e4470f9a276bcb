/**
 * Benchmarks of the whole system: what a user waits for, beside what the machine allows and what else a user would pick. Figures of
 * one table are taken in one run and compared as ratios. {@link dev.thaw.perf.Bench} is the command; nothing imports this module.
 */
package dev.thaw.perf;
