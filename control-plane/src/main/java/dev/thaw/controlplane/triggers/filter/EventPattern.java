package dev.thaw.controlplane.triggers.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** What a JSON value has to be like. A value that is not there is a {@code MissingNode}. Immutable; holding it against a value takes time in proportion to both. */
public sealed interface EventPattern {
    boolean matches(JsonNode value);

    /**
     * An object: every field has to match, and of every {@code $or} one alternative.
     *
     * <p>Of an array it is one element that has to match as a whole.
     */
    record Fields(Map<String, EventPattern> fields, List<Fields> alternatives) implements EventPattern {
        public Fields {
            fields = Map.copyOf(fields);
            alternatives = List.copyOf(alternatives);
        }

        @Override
        public boolean matches(JsonNode value) {
            if (value.isArray()) {
                for (JsonNode element : value) {
                    if (matches(element)) {
                        return true;
                    }
                }
                return false;
            }
            for (var field : fields.entrySet()) {
                if (!field.getValue().matches(value.path(field.getKey()))) {
                    return false;
                }
            }
            return alternatives.isEmpty() || alternatives.stream().anyMatch(each -> each.matches(value));
        }
    }

    /** A list of rules, one of which has to hold: of an array for one of its elements. */
    record Leaf(List<ValueRule> rules) implements EventPattern {
        public Leaf {
            rules = List.copyOf(rules);
        }

        /** Whether it is enough that there is a value, whatever that is. */
        public boolean exists() {
            return rules.contains(new ValueRule.Exists(true));
        }

        @Override
        public boolean matches(JsonNode value) {
            if (value.isArray()) {
                for (JsonNode element : value) {
                    if (matches(element)) {
                        return true;
                    }
                }
                return false;
            }
            return rules.stream().anyMatch(rule -> rule.holds(value));
        }
    }
}
