package dev.thaw.deploy.client;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The word that was probably meant. */
public final class Nearest {
    private Nearest() {}

    /** One that differs by few letters, a third of the word at most, and the nearest of those. */
    public static Optional<String> to(String word, Collection<String> words) {
        int most = Math.max(1, word.length() / 3);
        return words.stream().filter(each -> distance(word, each) <= most).min(Comparator.comparingInt(each -> distance(word, each)));
    }

    /** Levenshtein's: letters to add, remove or change. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
