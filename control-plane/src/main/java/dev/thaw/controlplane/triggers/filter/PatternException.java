package dev.thaw.controlplane.triggers.filter;

/** A pattern that is none; the message says where and why. */
public final class PatternException extends Exception {
    private static final long serialVersionUID = 1L;

    PatternException(String where, String why) {
        super((where.isEmpty() ? "the pattern" : where) + " " + why);
    }

    /** Of the pattern as a whole. */
    public static PatternException of(String why) {
        return new PatternException("", why);
    }
}
