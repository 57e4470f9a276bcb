package dev.thaw.invoker;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The fields of a {@code function.yaml} by the kinds of values they take; complaints name the field, what stands there and what may.
 *
 * @param nodes by name
 */
record ManifestFields(Map<String, YamlNode> nodes) {
    /** A program and its arguments, or a module's. */
    static final int MOST_WORDS = 64;
    private static final int MAX_ARGUMENT = 4096;

    boolean has(String field) {
        return nodes.containsKey(field);
    }

    /** A command line: words, or a list of words. */
    List<String> words(String field) throws ManifestException {
        List<String> words = switch (nodes.get(field)) {
            case null -> List.of();
            case YamlNode.Scalar(String text, boolean empty) -> {
                if (text.contains("\"") || text.contains("'")) {
                    throw wrong(field, text, "words without quotes, or a list of words");
                }
                yield text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
            }
            case YamlNode.Items(var items) -> {
                List<String> all = new ArrayList<>();
                for (YamlNode item : items) {
                    all.add(scalar(field, item, "a word, or a list of words"));
                }
                yield all;
            }
            case YamlNode.Fields fieldsInside -> throw wrong(field, "{…}", "a word, or a list of words");
        };
        if (words.size() > MOST_WORDS || !words.isEmpty() && words.getFirst().isEmpty()) {
            throw wrong(field, words.toString(), "a program and at most " + (MOST_WORDS - 1) + " arguments");
        }
        for (String word : words) {
            checkedArgument(field, word);
        }
        return words;
    }

    /** A field's single text, or its list of them. */
    List<String> texts(String field, String form) throws ManifestException {
        return switch (nodes.get(field)) {
            case null -> List.of();
            case YamlNode.Scalar(String text, boolean empty) when empty -> List.of();
            case YamlNode.Scalar(String text, boolean empty) -> List.of(text);
            case YamlNode.Items(var items) -> {
                List<String> texts = new ArrayList<>();
                for (YamlNode item : items) {
                    texts.add(scalar(field, item, form));
                }
                yield texts;
            }
            case YamlNode.Fields inside -> throw wrong(field, "{…}", form);
        };
    }

    /** A whole number; empty where the field is not there. */
    OptionalInt count(String field, int least, int most) throws ManifestException {
        Optional<String> value = text(field);
        if (value.isEmpty()) {
            return OptionalInt.empty();
        }
        if (value.get().matches("\\d{1,9}")) {
            int count = Integer.parseInt(value.get());
            if (count >= least && count <= most) {
                return OptionalInt.of(count);
            }
        }
        throw wrong(field, value.get(), "a whole number from " + least + " to " + most);
    }

    /** A single value, not blank. */
    Optional<String> text(String field) throws ManifestException {
        YamlNode node = nodes.get(field);
        if (node == null) {
            return Optional.empty();
        }
        if (node instanceof YamlNode.Scalar(String text, boolean empty) && (empty || text.isBlank())) {
            throw new ManifestException("field '" + field + "' is empty; give it a value or leave it out");
        }
        return Optional.of(scalar(field, node, "a single value"));
    }

    /** @param form what is wanted, for the complaint */
    static String scalar(String field, YamlNode node, String form) throws ManifestException {
        return switch (node) {
            case YamlNode.Scalar(String text, boolean empty) -> text;
            case YamlNode.Items items -> throw wrong(field, "[…]", form);
            case YamlNode.Fields inside -> throw wrong(field, "{…}", form);
        };
    }

    /** What a program can be given as an argument or a variable. */
    static String checkedArgument(String field, String value) throws ManifestException {
        if (value.indexOf('\0') >= 0 || value.length() > MAX_ARGUMENT) {
            throw new ManifestException(
                    "field '" + field + "' holds a NUL or more than " + MAX_ARGUMENT + " characters, which no program can be given");
        }
        return value;
    }

    /** @param allowed what it takes */
    static ManifestException missing(String field, String allowed) {
        return new ManifestException("field '" + field + "' is missing; it takes " + allowed);
    }

    /** @param allowed what it takes */
    static ManifestException wrong(String field, String value, String allowed) {
        return new ManifestException("field '" + field + "' is '" + shown(value) + "'; it takes " + allowed);
    }

    /** Text of a stranger, fit for one line of a message. */
    static String shown(String text) {
        String cut = text.length() > 80 ? text.substring(0, 80) + "…" : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
