package dev.thaw.sdk.runtime;

/** What is done to the process itself on both sides of the snapshot. */
public interface FreezePoint {
    /** Where there is no snapshot: in tests without a VM. */
    FreezePoint NONE = new FreezePoint() {
        @Override
        public void settle() {}

        @Override
        public void reseed() {}
    };

    /** Called before the request that blocks through the snapshot. */
    void settle();

    /** Called after it, before any code of the function. */
    void reseed();
}
