package dev.thaw.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.thaw.deploy.client.FunctionsClient;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which versions an alias sends invocations to.
 *
 * @param version    that gets what {@code additional} does not
 * @param additional another that gets a share, if there is one
 */
record AliasRoute(String version, Optional<Share> additional) {
    private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,8}|\\$LATEST");
    private static final Pattern NAME = Pattern.compile("(?![0-9]+$)[a-zA-Z0-9-_]{1,128}");

    /** @param weight 0 to 1 */
    record Share(String version, BigDecimal weight) {}

    /** As Lambda's AliasConfiguration says. */
    static AliasRoute of(JsonNode alias) {
        var weights = alias.path("RoutingConfig").path("AdditionalVersionWeights").properties().iterator();
        return new AliasRoute(alias.path("FunctionVersion").asText(), weights.hasNext()
                ? Optional.of(weights.next()).map(each -> new Share(each.getKey(), new BigDecimal(each.getValue().asText()))) : Optional.empty());
    }

    /** The fields that make an alias this. */
    ObjectNode body() {
        ObjectNode body = FunctionsClient.object().put("FunctionVersion", version);
        ObjectNode weights = body.putObject("RoutingConfig").putObject("AdditionalVersionWeights");
        additional.ifPresent(share -> weights.put(share.version(), share.weight()));
        return body;
    }

    /** For people: {@code 3}, or {@code 3 (90%), 4 (10%)}. */
    String text() {
        return additional.map(share -> version + " (" + percent(BigDecimal.ONE.subtract(share.weight())) + "), " + share.version() + " ("
                + percent(share.weight()) + ")").orElse(version);
    }

    private static String percent(BigDecimal share) {
        return share.movePointRight(2).stripTrailingZeros().toPlainString() + "%";
    }

    static String checkedName(String alias) {
        if (!NAME.matcher(alias).matches()) {
            throw new Failure(Failure.USAGE, "'" + alias + "' is not an alias: 1 to 128 letters, digits, hyphens and underscores, not digits alone");
        }
        return alias;
    }

    static String checkedVersion(String version) {
        if (!VERSION.matcher(version).matches()) {
            throw new Failure(Failure.USAGE, "'" + version + "' is not a version: a number that `thaw versions` shows, or $LATEST");
        }
        return version;
    }

    /** {@code 0.1} or {@code 10%}. */
    static BigDecimal weight(String text) {
        try {
            BigDecimal weight = text.endsWith("%") ? new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(2) : new BigDecimal(text);
            if (weight.signum() >= 0 && weight.compareTo(BigDecimal.ONE) <= 0) {
                return weight;
            }
        } catch (NumberFormatException e) {
            // the same advice
        }
        throw new Failure(Failure.USAGE, "--weight " + text + ": a share from 0 to 1, or 0% to 100%");
    }
}
