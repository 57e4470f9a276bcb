package dev.thaw.sdk.crac;

import dev.thaw.sdk.HookRegistry;
import dev.thaw.sdk.SnapshotHooks;

/** The global context: resources go into the process's list of hooks. */
public abstract class Context<R extends Resource> implements Resource {
    Context() {}

    /** Adds a resource as the last. */
    public abstract void register(R resource);

    static final class Global extends Context<Resource> {
        @Override
        public void register(Resource resource) {
            Context<Resource> self = this;
            HookRegistry.PROCESS.add(new SnapshotHooks() {
                @Override
                public void beforeFreeze() throws Exception {
                    resource.beforeCheckpoint(self);
                }

                @Override
                public void afterThaw() throws Exception {
                    resource.afterRestore(self);
                }
            });
        }

        @Override
        public void beforeCheckpoint(Context<? extends Resource> context) {}

        @Override
        public void afterRestore(Context<? extends Resource> context) {}
    }
}
