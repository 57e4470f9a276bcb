/**
 * What the tests that run real programs share: compiling the C sources of {@code src/test/guest}, running a program natively and
 * in a VM, and comparing the two. The oracle is the host's Linux.
 */
package dev.thaw.vmm.testing;
