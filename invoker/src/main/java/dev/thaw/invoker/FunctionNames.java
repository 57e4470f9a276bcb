package dev.thaw.invoker;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Names of functions inside a server: {@code NAME} in the default namespace, {@code NAMESPACE.NAME} in another. No name that people give has
 * a dot, so that functions of two namespaces are never taken for one another, wherever names are compared, stored or shown.
 */
public final class FunctionNames {
    private static final String DEFAULT_ACCOUNT = "000000000000";
    private static final BigInteger ACCOUNTS = BigInteger.TEN.pow(DEFAULT_ACCOUNT.length());

    private FunctionNames() {}

    /** @param namespace empty for the default one */
    public static String of(String namespace, String plain) {
        return namespace.isEmpty() ? plain : namespace + "." + plain;
    }

    /** What the function's own people call it. */
    public static String plain(String name) {
        return name.substring(name.indexOf('.') + 1);
    }

    /** Empty for the default one. */
    public static String namespace(String name) {
        return name.substring(0, Math.max(0, name.indexOf('.')));
    }

    /**
     * The twelve digits that stand for a namespace in ARNs: zeros for the default one, else of its name's SHA-256, so that they are the same
     * on every server. What is twelve digits already stands for itself.
     *
     * @param namespace empty for the default one
     */
    public static String account(String namespace) {
        if (namespace.isEmpty()) {
            return DEFAULT_ACCOUNT;
        }
        if (namespace.length() == DEFAULT_ACCOUNT.length() && namespace.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return namespace;
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(namespace.getBytes(StandardCharsets.UTF_8));
            return "%012d".formatted(new BigInteger(1, hash).mod(ACCOUNTS));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The account of the namespace that a name is of. */
    public static String accountOf(String name) {
        return account(namespace(name));
    }
}
