package dev.thaw.vmm;

/** Where a guest's standard input comes from. Called with the VM's kernel lock held; never waits. */
public interface InputSource {
    /** Nothing to read at the moment. */
    int NOTHING_YET = 0;
    /** No more will come. */
    int END = -1;

    /** Moves up to {@code length} bytes; returns how many, {@link #NOTHING_YET} or {@link #END}. */
    int read(byte[] into, int at, int length);

    /** What {@link #read} would say now: the bytes at hand, {@link #NOTHING_YET} or {@link #END}. */
    int available();

    /** Standard input of a program that has none: at its end from the start. */
    InputSource EMPTY = new InputSource() {
        @Override
        public int read(byte[] into, int at, int length) {
            return END;
        }

        @Override
        public int available() {
            return END;
        }
    };
}
