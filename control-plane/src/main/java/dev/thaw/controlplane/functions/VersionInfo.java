package dev.thaw.controlplane.functions;

import dev.thaw.invoker.FunctionManifest;

/**
 * One version of a function at one moment, for Lambda's API.
 *
 * @param function what it is a version of
 * @param version  as stored
 * @param manifest by which it runs
 * @param state    whether it can answer
 * @param updating whether it is to be {@code $LATEST} and the one before still answers
 */
public record VersionInfo(FunctionDefinition function, StoredVersion version, FunctionManifest manifest, FunctionState state, boolean updating) {}
