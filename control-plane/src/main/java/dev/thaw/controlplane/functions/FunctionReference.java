package dev.thaw.controlplane.functions;

import dev.thaw.controlplane.auth.Namespace;
import dev.thaw.invoker.FunctionNames;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a caller names a function by.
 *
 * @param name      [a-zA-Z0-9-_]{1,64}, before which its namespace stands unless that is the default one; see {@link FunctionNames}
 * @param qualifier a version number, an alias or {@code $LATEST}; empty stands for {@code $LATEST}
 */
public record FunctionReference(String name, Optional<String> qualifier) {
    /** A function's own version, whichever answers. */
    public static final String LATEST = "$LATEST";

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]{1,64}");
    /** FunctionName of Invoke in Lambda's service model: a name, a partial ARN or an ARN, each with a qualifier or without. */
    private static final Pattern REFERENCE = Pattern.compile("(?:arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]{1,32}:(\\d{12}):function:|(?:(\\d{12}):)?function:|(\\d{12}):)?"
            + "([a-zA-Z0-9-_]{1,64})(?::(\\$LATEST|[a-zA-Z0-9-_]{1,128}))?");
    private static final int MAX_CHARS = 256;
    /** NumericLatestPublishedOrAliasQualifier in the service model. */
    private static final Pattern QUALIFIER = Pattern.compile("\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_$]{1,128}");

    /** Whether a function may be called this. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** Whether a version or an alias may be named so. */
    public static boolean isQualifier(String qualifier) {
        return QUALIFIER.matcher(qualifier).matches();
    }

    /**
     * Reads any of the forms; empty when it is none of them, or says one qualifier and the query another. An ARN of another account than the
     * namespace's is read as the name of a function that there is not: nobody learns what others have.
     *
     * @param namespace of who says it: {@code Caller.namespace} for a request, {@link Namespace#ofFunction} for what a function's
     *                  configuration names
     */
    public static Optional<FunctionReference> parse(Namespace namespace, String text, Optional<String> qualifierOfQuery) {
        Matcher matcher = REFERENCE.matcher(text);
        if (text.length() > MAX_CHARS || !matcher.matches()) {
            return Optional.empty();
        }
        Optional<String> qualifier = Optional.ofNullable(matcher.group(5));
        if (qualifier.isPresent() && qualifierOfQuery.isPresent() && !qualifier.equals(qualifierOfQuery)) {
            return Optional.empty();
        }
        String own = namespace.account();
        String account = Stream.of(1, 2, 3).map(matcher::group).filter(Objects::nonNull).findFirst().orElse(own);
        String name = account.equals(own) ? namespace.function(matcher.group(4)) : FunctionNames.of(account, matcher.group(4));
        return Optional.of(new FunctionReference(name, qualifier.or(() -> qualifierOfQuery)));
    }

    /** Whether it is of this namespace, as far as its name says. */
    public boolean isOf(Namespace namespace) {
        return namespace.has(name);
    }

    /** As in {@code FunctionVersion}: the region is a placeholder. */
    public String arn() {
        return "arn:aws:lambda:us-east-1:" + FunctionNames.accountOf(name) + ":function:" + FunctionNames.plain(name) + qualifier.map(q -> ":" + q).orElse("");
    }
}
