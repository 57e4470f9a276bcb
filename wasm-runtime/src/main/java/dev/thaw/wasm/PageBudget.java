package dev.thaw.wasm;

/** The pages that an instance's memories may have together. Used by one thread. */
final class PageBudget {
    private int left;

    PageBudget(int pages) {
        this.left = pages;
    }

    /** Whether {@code pages} more are allowed; takes them if so. */
    boolean take(int pages) {
        if (pages > left) {
            return false;
        }
        left -= pages;
        return true;
    }

    void giveBack(int pages) {
        left += pages;
    }
}
