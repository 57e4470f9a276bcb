/**
 * Content-addressed storage of snapshots and packages, and small named manifests beside it.
 *
 * <p>An object is a file named by the SHA-256 of its content and never changes; a manifest is a small JSON document under a
 * kind and a name and is replaced as a whole. Everything is written aside, flushed and renamed into place, so that a crash
 * leaves the old or the new and never a half. Used by the invoker (snapshots) and the control plane (packages); knows neither.
 */
package dev.thaw.store;
