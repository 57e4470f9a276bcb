/** What was changed, by whom, and who was refused: one file of JSON lines that only grows, written by {@code http} and for administrators to read. */
package dev.thaw.controlplane.audit;
