/**
 * WASI preview 1: what a module sees of an operating system, all of it computed here; nothing of the host.
 *
 * <p>{@link dev.thaw.wasm.wasi.WasiFunctions} is the one table of its 46 functions, a line each; the {@code *Calls} classes have what
 * they do, by area. {@link dev.thaw.wasm.wasi.WasiProcess} is the state of one instance: descriptors, files, clocks, input and output.
 * {@link dev.thaw.wasm.wasi.WasiHost} makes one for every request, standing at a {@link dev.thaw.wasm.wasi.WasiState}: the package's
 * files as they are, or as a module's initialisation left them.
 *
 * <p>Files are a tree of inodes in three layers ({@link dev.thaw.wasm.wasi.FileTree}): the package, what the image changed, what this
 * instance changed. Only what lies under {@code /tmp} can be changed. Paths are resolved below the directory of a descriptor and
 * never leave it ({@link dev.thaw.wasm.wasi.PathResolver}).
 *
 * <p>Rules: a call returns one of {@link dev.thaw.wasm.wasi.Errno} or throws {@link dev.thaw.wasm.wasi.WasiError}; every pointer goes
 * through {@link dev.thaw.wasm.wasi.Guest}, and is checked before anything is changed; whatever takes long looks at the deadline; every
 * table has a bound in {@link dev.thaw.wasm.wasi.WasiLimits}.
 *
 * <p>Used by the invoker, which chooses arguments, environment, files and limits; everything else is the engine's.
 */
package dev.thaw.wasm.wasi;
