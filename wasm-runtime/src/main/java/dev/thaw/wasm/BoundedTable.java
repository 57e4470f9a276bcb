package dev.thaw.wasm;

import run.endive.runtime.Instance;
import run.endive.runtime.TableInstance;
import run.endive.runtime.WasmInterruptedException;
import run.endive.wasm.types.Table;
import run.endive.wasm.types.TableLimits;
import run.endive.wasm.types.Value;

/**
 * A table that grows to a limit and knows whether it is still what the image had. It has limits of its own: Endive's grow changes
 * the limits of the module, which all instances share. Used by one thread.
 */
final class BoundedTable extends TableInstance {
    private final TableBudget budget;
    private boolean changed;
    private int writes;

    BoundedTable(Table table, int initialValue, int size, TableBudget budget) {
        super(new Table(table.elementType(), new TableLimits(budget.taken(size), Math.max(size, table.limits().max())),
                table.initialize()), initialValue);
        this.budget = budget;
    }

    /** Function indices, -1 for null: what a captured table is. */
    int[] capture() {
        int[] refs = new int[size()];
        for (int i = 0; i < refs.length; i++) {
            refs[i] = ref(i);
        }
        return refs;
    }

    /** Fills in what was captured. */
    void restore(int[] refs, Instance instance) {
        for (int i = 0; i < refs.length; i++) {
            super.setRef(i, refs[i], refs[i] == Value.REF_NULL_VALUE ? null : instance);
        }
        changed = false;
    }

    /** Whether anything was written or grown since {@link #restore}. */
    boolean changed() {
        return changed;
    }

    /** Filling and copying are many of these, without a branch between. */
    private void wrote() {
        changed = true;
        if ((++writes & 0xfff) == 0) {
            mayGoOn();
        }
    }

    private static void mayGoOn() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmInterruptedException("interrupted");
        }
    }

    @Override
    public int grow(int size, int value, Instance instance) {
        if (size < 0 || (long) size() + size > limits().max() || !budget.take(size)) {
            return -1;
        }
        mayGoOn();
        changed = true;
        return super.grow(size, value, instance);
    }

    @Override
    public int growWithRef(int size, Object value, Instance instance) {
        if (size < 0 || (long) size() + size > limits().max() || !budget.take(size)) {
            return -1;
        }
        mayGoOn();
        changed = true;
        return super.growWithRef(size, value, instance);
    }

    @Override
    public void setRef(int index, int value, Instance instance) {
        wrote();
        super.setRef(index, value, instance);
    }

    @Override
    public void setObjRef(int index, Object value, Instance instance) {
        wrote();
        super.setObjRef(index, value, instance);
    }
}
