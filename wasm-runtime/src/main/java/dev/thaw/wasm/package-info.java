/**
 * WebAssembly functions: a module is validated and compiled to JVM classes at deploy ({@link dev.thaw.wasm.WasmCode}), initialised
 * and captured ({@link dev.thaw.wasm.WasmImage}), and each request runs in an instance that stands exactly there. Used by the
 * invoker; knows nothing of it.
 *
 * <p>What a module reaches outside itself comes through {@link dev.thaw.wasm.Host}, how a request becomes calls of exports through
 * {@link dev.thaw.wasm.Contract}; package {@code dev.thaw.wasm.wasi} has those of WASI.
 */
package dev.thaw.wasm;
