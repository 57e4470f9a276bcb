package dev.thaw.controlplane.functions;

/**
 * How a deploy that succeeded ended.
 *
 * @param function  as it answers now
 * @param unchanged whether the same zip was served already, so that version and snapshot stayed
 */
public record Deployment(FunctionInfo function, boolean unchanged) {}
