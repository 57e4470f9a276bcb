package dev.thaw.controlplane.functions;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lambda's names of runtimes and ours. A version in the name is not chosen by: the interpreter is the host's, as the
 * invoker finds it; a name is taken when such an interpreter usually runs what was written for it.
 */
public final class LambdaRuntime {
    private record Rule(Pattern lambda, String thaw) {}

    private static final List<Rule> RULES = List.of(
            new Rule(Pattern.compile("python3\\.(9|1[0-9])"), "python3"),
            new Rule(Pattern.compile("nodejs(18|2[0-9])\\.x"), "nodejs"),
            new Rule(Pattern.compile("java(21|25)"), "java25"),
            new Rule(Pattern.compile("provided(\\.al2|\\.al2023)?"), "provided"));
    /** What the package's own program may be called in Lambda's list. */
    private static final List<String> OWN_PROGRAM = List.of("provided", "http", "stdio", "wasi");

    private LambdaRuntime() {}

    /** Whether functions of this runtime can be had. */
    public static boolean isSupported(String name) {
        return thaw(name).isPresent();
    }

    /** Ours, of one of Lambda's or of ours; empty when there is none. */
    static Optional<String> thaw(String name) {
        if (List.of("python3", "nodejs", "java25").contains(name) || OWN_PROGRAM.contains(name)) {
            return Optional.of(name);
        }
        return RULES.stream().filter(rule -> rule.lambda().matcher(name).matches()).map(Rule::thaw).findFirst();
    }

    /** Whether a package whose function.yaml has runtime {@code own} may be deployed as {@code named}, ours both. */
    static boolean agree(String own, String named) {
        return own.equals(named) || named.equals("provided") && OWN_PROGRAM.contains(own);
    }

    /** One of Lambda's names for one of ours, for packages that came without. */
    public static String lambda(String thaw) {
        return switch (thaw) {
            case "python3" -> "python3.13";
            case "nodejs" -> "nodejs22.x";
            case "java25" -> "java25";
            default -> "provided.al2023";
        };
    }
}
