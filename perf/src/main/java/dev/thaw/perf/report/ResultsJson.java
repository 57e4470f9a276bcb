package dev.thaw.perf.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Results as a file: {@code {"format": "thaw-bench", "version": 1, …}}. */
public final class ResultsJson {
    static final String FORMAT = "thaw-bench";
    static final int VERSION = 1;
    /** Far above what a run writes, about a megabyte. */
    private static final long MAX_BYTES = 64L << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ResultsJson() {}

    public static byte[] write(Results results) {
        ObjectNode root = JSON.createObjectNode().put("format", FORMAT).put("version", VERSION).put("taken", results.taken())
                .put("seconds", results.seconds()).put("pageCache", results.pageCache());
        Host host = results.host();
        root.putObject("host").put("processor", host.processor()).put("cores", host.cores()).put("memoryMb", host.memoryMb())
                .put("kernel", host.kernel()).put("kvm", host.kvm()).put("java", host.java());
        ArrayNode series = root.putArray("series");
        results.series().forEach(one -> write(series.addObject(), one));
        ArrayNode figures = root.putArray("figures");
        results.figures().forEach(one -> figures.addObject().put("id", one.id()).put("name", one.name())
                .put("value", one.value()).put("unit", one.unit()).put("better", one.better().name()));
        ArrayNode checks = root.putArray("targets");
        results.checks().forEach(one -> checks.addObject().put("id", one.id()).put("text", one.text()).put("value", one.value())
                .put("limit", one.limit()).put("met", one.met()));
        ObjectNode missing = root.putObject("notMeasured");
        results.missing().forEach(missing::put);
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of numbers and texts is always JSON", e);
        }
    }

    private static void write(ObjectNode into, Series one) {
        into.put("id", one.id()).put("name", one.name()).put("unit", one.unit()).put("better", one.better().name())
                .put("yardstick", one.yardstick());
        one.against().ifPresent(id -> into.put("against", id));
        into.put("n", one.count()).put("p50", one.p50()).put("p99", one.p99()).put("p999", one.p999()).put("note", one.note());
        ArrayNode rounds = into.putArray("rounds");
        for (double[] round : one.rounds()) {
            ArrayNode values = rounds.addArray();
            for (double value : round) {
                values.add(value);
            }
        }
    }

    /** @throws BadResultsException missing, unreadable, not JSON, cut off, of another format or version, contradictory */
    public static Results read(Path file) throws BadResultsException {
        JsonNode root = parse(file);
        Reading in = new Reading(file);
        if (!root.path("format").asText().equals(FORMAT)) {
            throw in.bad("is not what `thaw bench --json` writes (field 'format' is not \"" + FORMAT + "\")");
        }
        if (root.path("version").asInt(-1) != VERSION) {
            throw in.bad("is of version " + root.path("version").asText("?") + ", and this Thaw reads " + VERSION
                    + ": measure again with this one, or compare with the one that wrote it");
        }
        JsonNode host = in.object(root, "host");
        List<Series> series = new ArrayList<>();
        for (JsonNode one : in.array(root, "series")) {
            series.add(series(in, one));
        }
        List<Figure> figures = new ArrayList<>();
        for (JsonNode one : in.array(root, "figures")) {
            figures.add(new Figure(in.text(one, "id"), in.text(one, "name"), in.number(one, "value"), in.text(one, "unit"), in.better(one)));
        }
        List<Check> checks = new ArrayList<>();
        for (JsonNode one : in.array(root, "targets")) {
            checks.add(new Check(in.text(one, "id"), in.text(one, "text"), in.number(one, "value"), in.number(one, "limit")));
        }
        Map<String, String> missing = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> one : in.object(root, "notMeasured").properties()) {
            missing.put(one.getKey(), one.getValue().asText());
        }
        return new Results(new Host(in.text(host, "processor"), (int) in.number(host, "cores"), (long) in.number(host, "memoryMb"),
                in.text(host, "kernel"), in.text(host, "kvm"), in.text(host, "java")), in.text(root, "taken"),
                in.number(root, "seconds"), in.text(root, "pageCache"), series, figures, checks, missing);
    }

    private static JsonNode parse(Path file) throws BadResultsException {
        Reading in = new Reading(file);
        try {
            if (Files.isDirectory(file)) {
                throw in.bad("is a folder, not a file that `thaw bench --json` wrote");
            }
            if (Files.size(file) > MAX_BYTES) {
                throw in.bad("is larger than any results of a benchmark");
            }
            JsonNode root = JSON.readTree(Files.readAllBytes(file));
            if (root == null || !root.isObject()) {
                throw in.bad("is not what `thaw bench --json` writes (" + (root == null || root.isMissingNode() ? "it is empty" : "no JSON object") + ")");
            }
            return root;
        } catch (NoSuchFileException _) {
            throw in.bad("does not exist");
        } catch (JsonProcessingException e) {
            throw in.bad("is not JSON, or cut off: " + e.getOriginalMessage() + " in line " + e.getLocation().getLineNr());
        } catch (IOException e) {
            throw in.bad("cannot be read: " + e.getMessage());
        }
    }

    private static Series series(Reading in, JsonNode one) throws BadResultsException {
        List<double[]> rounds = new ArrayList<>();
        for (JsonNode round : in.array(one, "rounds")) {
            double[] values = new double[round.size()];
            for (int i = 0; i < values.length; i++) {
                if (!round.get(i).isNumber()) {
                    throw in.bad("has a value in 'rounds' of " + in.text(one, "id") + " that is no number");
                }
                values[i] = round.get(i).asDouble();
            }
            if (values.length > 0) {
                rounds.add(values);
            }
        }
        if (rounds.isEmpty()) {
            throw in.bad("has no values in 'rounds' of " + in.text(one, "id"));
        }
        return new Series(in.text(one, "id"), in.text(one, "name"), in.text(one, "unit"), in.better(one), one.path("yardstick").asBoolean(),
                Optional.ofNullable(one.get("against")).map(JsonNode::asText), (long) in.number(one, "n"), in.number(one, "p50"),
                in.number(one, "p99"), in.number(one, "p999"), rounds.toArray(double[][]::new), in.text(one, "note"));
    }

    /** Takes fields out of a tree and says which is missing in what file. */
    private record Reading(Path file) {
        BadResultsException bad(String what) {
            return new BadResultsException(file + " " + what);
        }

        private JsonNode field(JsonNode from, String name, boolean there, String kind) throws BadResultsException {
            if (!there) {
                throw bad("has no " + kind + " '" + name + "'" + (from.has("id") ? " in " + from.get("id").asText() : "") + ": it is damaged");
            }
            return from.get(name);
        }

        String text(JsonNode from, String name) throws BadResultsException {
            return field(from, name, from.path(name).isTextual(), "text").asText();
        }

        double number(JsonNode from, String name) throws BadResultsException {
            return field(from, name, from.path(name).isNumber(), "number").asDouble();
        }

        JsonNode array(JsonNode from, String name) throws BadResultsException {
            return field(from, name, from.path(name).isArray(), "list");
        }

        JsonNode object(JsonNode from, String name) throws BadResultsException {
            return field(from, name, from.path(name).isObject(), "object");
        }

        Better better(JsonNode from) throws BadResultsException {
            return switch (text(from, "better")) {
                case "LOWER" -> Better.LOWER;
                case "HIGHER" -> Better.HIGHER;
                default -> throw bad("says neither LOWER nor HIGHER in 'better' of " + text(from, "id"));
            };
        }
    }
}
