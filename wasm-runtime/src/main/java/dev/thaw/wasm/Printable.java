package dev.thaw.wasm;

import java.util.regex.Pattern;

/** Text that a module chose, fit for messages and logs: nothing that could forge a line, steer a terminal or fill a disk. */
final class Printable {
    private static final int LONGEST_NAME = 200;
    private static final int LONGEST_MESSAGE = 4096;
    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    private static final Pattern CONTROLS_BUT_NEWLINES = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\\n]]");

    private Printable() {
    }

    static String name(String name) {
        return CONTROLS.matcher(cut(name, LONGEST_NAME)).replaceAll("?");
    }

    /** A message of several lines, whoever wrote its parts. */
    static String message(String message) {
        return CONTROLS_BUT_NEWLINES.matcher(cut(message, LONGEST_MESSAGE)).replaceAll("?");
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most) + "...";
    }
}
