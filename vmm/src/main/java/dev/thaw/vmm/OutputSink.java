package dev.thaw.vmm;

/** Where a guest's standard output or error goes. Called on the VM's thread; should take what it gets and return soon. */
@FunctionalInterface
public interface OutputSink {
    void write(byte[] bytes, int at, int length);
}
