/**
 * A module as a Linux program of its own: what a microVM runs for {@code isolation: vm}. The invoker names {@link
 * dev.thaw.wasm.guest.Main} on a command line; nobody calls it.
 */
package dev.thaw.wasm.guest;
