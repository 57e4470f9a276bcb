package dev.thaw.controlplane.auth;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Whose functions: what Lambda calls an account. Functions of two namespaces have nothing in common, not even where they are called the same.
 *
 * @param name a letter, then up to 31 lower-case letters, digits and '-'
 */
public record Namespace(String name) {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    /** Where everything is unless someone says otherwise. */
    public static final Namespace DEFAULT = new Namespace("default");
    private static final BigInteger ACCOUNTS = BigInteger.TEN.pow(12);

    public Namespace {
        if (!isName(name)) {
            throw new IllegalArgumentException("'" + name + "' is no namespace's name: a letter, then up to 31 lower-case letters, digits and '-'");
        }
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public boolean isDefault() {
        return equals(DEFAULT);
    }

    /** The twelve digits that stand for it in ARNs: zeros for the default, else of the name's SHA-256, so that they are the same on every server. */
    public String account() {
        if (isDefault()) {
            return "000000000000";
        }
        BigInteger hash = new BigInteger(SigV4.sha256(name.getBytes(StandardCharsets.UTF_8)), 16);
        return "%012d".formatted(hash.mod(ACCOUNTS));
    }
}
