package dev.thaw.controlplane.auth;

import dev.thaw.invoker.FunctionNames;
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

    /** The twelve digits that stand for it in ARNs. */
    public String account() {
        return FunctionNames.account(prefix());
    }

    private String prefix() {
        return isDefault() ? "" : name;
    }

    /** What the server calls one of its functions. */
    public String function(String plain) {
        return FunctionNames.of(prefix(), plain);
    }

    /** Whether what the server calls so is a function of this namespace. */
    public boolean has(String function) {
        return FunctionNames.namespace(function).equals(prefix());
    }

    /** The namespace of what the server calls so. */
    public static Namespace ofFunction(String function) {
        String prefix = FunctionNames.namespace(function);
        return prefix.isEmpty() ? DEFAULT : new Namespace(prefix);
    }
}
