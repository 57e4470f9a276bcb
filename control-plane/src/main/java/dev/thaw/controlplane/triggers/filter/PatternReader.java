package dev.thaw.controlplane.triggers.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.thaw.controlplane.http.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads patterns; whatever it does not know it refuses by its place. */
public final class PatternReader {
    private static final String OR = "$or";
    private static final int MOST_DEPTH = 50;
    private static final List<String> COMPARISONS = List.of("<", "<=", "=", ">=", ">");

    private PatternReader() {}

    /** Reads a pattern, which is a JSON object. */
    public static EventPattern.Fields read(String text) throws PatternException {
        JsonNode json;
        try {
            json = Json.parse(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new PatternException("", "is no JSON: " + Json.reason(e));
        }
        return fields("", json, 0);
    }

    private static EventPattern.Fields fields(String where, JsonNode json, int depth) throws PatternException {
        if (!json.isObject() || json.isEmpty()) {
            throw new PatternException(where, "has to be an object with a field");
        }
        if (depth > MOST_DEPTH) {
            throw new PatternException("", "is more than " + MOST_DEPTH + " objects deep");
        }
        Map<String, EventPattern> fields = new HashMap<>();
        List<EventPattern.Fields> alternatives = new ArrayList<>();
        for (var field : json.properties()) {
            String place = where.isEmpty() ? shown(field.getKey()) : where + "." + shown(field.getKey());
            if (field.getKey().equals(OR)) {
                alternatives.addAll(alternatives(place, field.getValue(), depth));
            } else if (field.getValue().isArray()) {
                fields.put(field.getKey(), new EventPattern.Leaf(rules(place, field.getValue())));
            } else if (field.getValue().isObject()) {
                fields.put(field.getKey(), fields(place, field.getValue(), depth + 1));
            } else {
                throw new PatternException(place, "has to be an array of rules or an object, as in [\"value\"]");
            }
        }
        return new EventPattern.Fields(fields, alternatives);
    }

    private static List<EventPattern.Fields> alternatives(String where, JsonNode json, int depth) throws PatternException {
        if (!json.isArray() || json.isEmpty()) {
            throw new PatternException(where, "has to be an array of objects");
        }
        List<EventPattern.Fields> all = new ArrayList<>();
        for (JsonNode each : json) {
            all.add(fields(where + "[" + all.size() + "]", each, depth + 1));
        }
        return all;
    }

    private static List<ValueRule> rules(String where, JsonNode json) throws PatternException {
        if (json.isEmpty()) {
            throw new PatternException(where, "has no rule");
        }
        List<ValueRule> all = new ArrayList<>();
        for (JsonNode each : json) {
            all.add(each.isObject() ? rule(where, each) : literal(where, each));
        }
        return all;
    }

    private static ValueRule literal(String where, JsonNode json) throws PatternException {
        return switch (json.getNodeType()) {
            case STRING -> new ValueRule.Text(json.textValue());
            case NUMBER -> new ValueRule.Number(number(where, json));
            case BOOLEAN -> new ValueRule.Truth(json.booleanValue());
            case NULL -> new ValueRule.Null();
            case ARRAY, OBJECT, BINARY, MISSING, POJO -> throw new PatternException(where, "takes strings, numbers, true, false, null and rules");
        };
    }

    private static ValueRule rule(String where, JsonNode json) throws PatternException {
        if (json.size() != 1) {
            throw new PatternException(where, "has a rule with " + json.size() + " names; it takes one");
        }
        var only = json.properties().iterator().next();
        String name = only.getKey();
        String place = where + "." + shown(name);
        JsonNode value = only.getValue();
        return switch (name) {
            case "prefix", "suffix", "equals-ignore-case", "wildcard" -> text(place, name, value);
            case "anything-but" -> new ValueRule.AnythingBut(excluded(place, value));
            case "numeric" -> new ValueRule.Numeric(comparisons(place, value));
            case "exists" -> {
                if (!value.isBoolean()) {
                    throw new PatternException(place, "has to be true or false");
                }
                yield new ValueRule.Exists(value.booleanValue());
            }
            default -> throw new PatternException(place, "is not supported; these are: prefix, suffix, equals-ignore-case, wildcard,"
                    + " anything-but, numeric, exists");
        };
    }

    /** A rule on strings; prefix and suffix take {@code {"equals-ignore-case": …}} too. */
    private static ValueRule text(String where, String name, JsonNode value) throws PatternException {
        JsonNode inside = value.isObject() && value.size() == 1 ? value.path("equals-ignore-case") : MissingNode.getInstance();
        boolean ignoreCase = inside.isTextual() && (name.equals("prefix") || name.equals("suffix"));
        JsonNode text = ignoreCase ? inside : value;
        if (!text.isTextual() || text.textValue().isEmpty() && !name.equals("equals-ignore-case")) {
            throw new PatternException(where, "has to be a string that is not empty");
        }
        return switch (name) {
            case "prefix" -> new ValueRule.Prefix(text.textValue(), ignoreCase);
            case "suffix" -> new ValueRule.Suffix(text.textValue(), ignoreCase);
            case "wildcard" -> new ValueRule.Wildcard(parts(where, text.textValue()));
            default -> new ValueRule.EqualsIgnoreCase(text.textValue());
        };
    }

    private static List<String> parts(String where, String text) throws PatternException {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && (i + 1 == text.length() || "*\\".indexOf(text.charAt(i + 1)) < 0)) {
                throw new PatternException(where, "has a backslash before what is neither * nor a backslash");
            } else if (c == '\\') {
                part.append(text.charAt(++i));
            } else if (c == '*' && part.isEmpty() && !parts.isEmpty()) {
                throw new PatternException(where, "has two * in a row");
            } else if (c == '*') {
                parts.add(part.toString());
                part.setLength(0);
            } else {
                part.append(c);
            }
        }
        parts.add(part.toString());
        return parts;
    }

    private static List<ValueRule> excluded(String where, JsonNode value) throws PatternException {
        if (value.isObject() && value.size() == 1) {
            var only = value.properties().iterator().next();
            String place = where + "." + shown(only.getKey());
            if (!List.of("prefix", "suffix", "equals-ignore-case", "wildcard").contains(only.getKey())) {
                throw new PatternException(place, "is not supported; these are: prefix, suffix, equals-ignore-case, wildcard");
            }
            List<ValueRule> all = new ArrayList<>();
            for (JsonNode each : only.getValue().isArray() ? only.getValue() : List.of(only.getValue())) {
                all.add(text(place, only.getKey(), each));
            }
            return some(where, all);
        }
        List<ValueRule> all = new ArrayList<>();
        for (JsonNode each : value.isArray() ? value : List.of(value)) {
            if (!each.isTextual() && !each.isNumber()) {
                throw new PatternException(where, "takes strings, numbers or one rule");
            }
            all.add(literal(where, each));
        }
        return some(where, all);
    }

    private static List<ValueRule> some(String where, List<ValueRule> rules) throws PatternException {
        if (rules.isEmpty()) {
            throw new PatternException(where, "is empty");
        }
        return rules;
    }

    private static List<ValueRule.Comparison> comparisons(String where, JsonNode value) throws PatternException {
        if (!value.isArray() || value.size() != 2 && value.size() != 4) {
            throw new PatternException(where, "has to be like [\">\", 0] or [\">\", 0, \"<=\", 5]");
        }
        List<ValueRule.Comparison> all = new ArrayList<>();
        for (int i = 0; i < value.size(); i += 2) {
            if (!COMPARISONS.contains(value.path(i).asText()) || !value.path(i + 1).isNumber()) {
                throw new PatternException(where, "has to be like [\">\", 0] or [\">\", 0, \"<=\", 5]");
            }
            all.add(new ValueRule.Comparison(value.path(i).asText(), number(where, value.path(i + 1))));
        }
        return all;
    }

    private static BigDecimal number(String where, JsonNode value) throws PatternException {
        return ValueRule.number(value).orElseThrow(() -> new PatternException(where, "has a number that is too large"));
    }

    private static String shown(String text) {
        return (text.length() > 40 ? text.substring(0, 40) + "…" : text).replaceAll("\\p{Cntrl}", "?");
    }
}
