package dev.thaw.deploy;

import java.util.List;

/** Rows of text in columns as wide as their widest cell. */
final class Table {
    private static final int GAP = 2;

    private Table() {}

    /** @param rows all of the same length; the first is the head */
    static void print(List<List<String>> rows, Terminal terminal) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).repeat(' ', widths[i] - row.get(i).length() + GAP);
            }
            terminal.out().println(line.toString().stripTrailing());
        }
    }
}
