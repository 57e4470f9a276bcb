package dev.thaw.store;

import java.util.HexFormat;

/**
 * The SHA-256 of an object's content, which is its name.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Digest(String hex) {
    /** Digits of a SHA-256. */
    public static final int HEX_LENGTH = 64;

    public Digest {
        if (!isDigest(hex)) {
            throw new IllegalArgumentException("a digest is 64 lower-case hexadecimal digits, not '" + hex + "'");
        }
    }

    static Digest of(byte[] sha256) {
        return new Digest(HexFormat.of().formatHex(sha256));
    }

    static boolean isDigest(String text) {
        if (text.length() != HEX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return hex;
    }
}
