package dev.thaw.controlplane.triggers.filter;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;

/** One rule for a value that is no array. */
sealed interface ValueRule {
    boolean holds(JsonNode value);

    /** A number's value; empty for what is none, or is too large to be told from others. */
    static Optional<BigDecimal> number(JsonNode value) {
        if (!value.isNumber() || value.isFloatingPointNumber() && !Double.isFinite(value.doubleValue())) {
            return Optional.empty();
        }
        return Optional.of(value.decimalValue());
    }

    record Text(String text) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isTextual() && value.textValue().equals(text);
        }
    }

    record Number(BigDecimal number) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return ValueRule.number(value).filter(found -> found.compareTo(number) == 0).isPresent();
        }
    }

    record Truth(boolean truth) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isBoolean() && value.booleanValue() == truth;
        }
    }

    record Null() implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isNull();
        }
    }

    record Prefix(String prefix, boolean ignoreCase) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isTextual() && value.textValue().regionMatches(ignoreCase, 0, prefix, 0, prefix.length());
        }
    }

    record Suffix(String suffix, boolean ignoreCase) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isTextual() && value.textValue().regionMatches(ignoreCase, value.textValue().length() - suffix.length(), suffix, 0, suffix.length());
        }
    }

    record EqualsIgnoreCase(String text) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isTextual() && value.textValue().equalsIgnoreCase(text);
        }
    }

    /** A string in which '*' of the pattern stands for any characters; the parts are what stands between them. */
    record Wildcard(List<String> parts) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isTextual() && matches(value.textValue());
        }

        private boolean matches(String text) {
            String first = parts.getFirst();
            String last = parts.getLast();
            if (parts.size() == 1) {
                return text.equals(first);
            }
            if (!text.startsWith(first) || text.length() < first.length() + last.length() || !text.endsWith(last)) {
                return false;
            }
            int from = first.length();
            for (String part : parts.subList(1, parts.size() - 1)) {
                int found = text.indexOf(part, from);
                if (found < 0) {
                    return false;
                }
                from = found + part.length();
            }
            return from <= text.length() - last.length();
        }
    }

    /** A value is there that none of the rules holds for. */
    record AnythingBut(List<ValueRule> rules) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return value.isValueNode() && rules.stream().noneMatch(rule -> rule.holds(value));
        }
    }

    /** A value is there that is no object, or none is. */
    record Exists(boolean exists) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            return exists ? value.isValueNode() : value.isMissingNode();
        }
    }

    /** Both ends where there are two. */
    record Numeric(List<Comparison> comparisons) implements ValueRule {
        @Override
        public boolean holds(JsonNode value) {
            Optional<BigDecimal> number = ValueRule.number(value);
            return number.isPresent() && comparisons.stream().allMatch(comparison -> comparison.holds(number.get()));
        }
    }

    /** @param operator one of {@code < <= = >= >} */
    record Comparison(String operator, BigDecimal bound) {
        boolean holds(BigDecimal number) {
            int order = number.compareTo(bound);
            return switch (operator) {
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                case "=" -> order == 0;
                case ">=" -> order >= 0;
                case ">" -> order > 0;
                case String other -> throw new IllegalStateException(other);
            };
        }
    }
}
