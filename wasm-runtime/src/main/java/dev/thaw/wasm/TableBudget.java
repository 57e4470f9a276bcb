package dev.thaw.wasm;

/** The elements that an instance's tables may have together. Used by one thread. */
final class TableBudget {
    private int left;

    TableBudget(int elements) {
        this.left = elements;
    }

    /** Whether {@code elements} more are allowed; takes them if so. */
    boolean take(int elements) {
        if (elements > left) {
            return false;
        }
        left -= elements;
        return true;
    }

    /** @return {@code elements}, taken; throws {@link WasmLimitException} when they are too many */
    int taken(int elements) {
        if (elements < 0 || !take(elements)) {
            throw new WasmLimitException("table");
        }
        return elements;
    }
}
