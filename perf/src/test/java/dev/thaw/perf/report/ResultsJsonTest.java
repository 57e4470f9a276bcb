package dev.thaw.perf.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsJsonTest {
    @TempDir
    private Path folder;

    private String problem(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("results.json"), content);
        String message = assertThrows(BadResultsException.class, () -> ResultsJson.read(file)).getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        return message;
    }

    private static String written() {
        return new String(ResultsJson.write(Samples.results(Samples.start(1, 1), Samples.probe(1, 2))), StandardCharsets.UTF_8);
    }

    @Test
    void whatWasWrittenIsRead() throws IOException, BadResultsException {
        Results results = Samples.results(Samples.start(1, 1), Samples.probe(1, 2));
        Results read = ResultsJson.read(Files.write(folder.resolve("results.json"), ResultsJson.write(results)));
        assertEquals(results.host(), read.host());
        assertEquals(results.taken(), read.taken());
        assertEquals(results.figures(), read.figures());
        assertEquals(results.checks(), read.checks());
        assertEquals(results.missing(), read.missing());
        Series before = results.series().getFirst();
        Series after = read.series().getFirst();
        assertTrue(Arrays.deepEquals(before.rounds(), after.rounds()));
        assertEquals(before.p99(), after.p99());
        assertEquals(before.against(), after.against());
        assertEquals(before.count(), after.count());
    }

    @Test
    void aSeriesKeepsAtMostAThousandValuesAndAllItsQuantiles() {
        Taking taking = Taking.of("a", "a");
        for (int i = 1; i <= 10_000; i++) {
            taking.add(i);
        }
        Series series = taking.series();
        assertEquals(10_000, series.count());
        assertEquals(9_900, series.p99());
        assertEquals(Series.KEPT, series.rounds()[0].length);
    }

    @Test
    void quantilesAreValuesThatWereMeasured() {
        assertArrayEquals(new double[] {2, 4, 4, 1}, new double[] {Quantiles.of(new double[] {1, 2, 3, 4}, 0.5), Quantiles.of(new double[] {1, 2, 3, 4}, 0.99),
            Quantiles.of(new double[] {1, 2, 3, 4}, 1), Quantiles.of(new double[] {1, 2, 3, 4}, 0.0001)});
    }

    @Test
    void aMissingFileIsNamed() {
        Path file = folder.resolve("none.json");
        assertEquals(file + " does not exist", assertThrows(BadResultsException.class, () -> ResultsJson.read(file)).getMessage());
    }

    @Test
    void aFolderIsNoFile() {
        assertTrue(assertThrows(BadResultsException.class, () -> ResultsJson.read(folder)).getMessage().contains("is a folder"));
    }

    @Test
    void whatIsNotJsonIsRefused() throws IOException {
        assertTrue(problem("hello").contains("is not JSON"));
        assertTrue(problem("").contains("is not what"));
        assertTrue(problem("[1, 2]").contains("is not what"));
        assertTrue(problem("{\"format\": \"other\"}").contains("field 'format'"));
    }

    @Test
    void aFileThatIsCutOffIsRefusedWhereverItIsCut() throws IOException {
        String whole = written();
        for (int length = 1; length < whole.length() - 2; length += 997) {
            problem(whole.substring(0, length));
        }
    }

    @Test
    void anotherVersionIsNamed() throws IOException {
        assertTrue(problem(written().replace("\"version\" : 1", "\"version\" : 7")).contains("version 7"));
        assertTrue(problem(written().replace("\"version\" : 1", "\"version\" : \"x\"")).contains("version x"));
    }

    @Test
    void aFieldThatIsMissingOrOfAnotherKindIsNamed() throws IOException {
        assertTrue(problem(written().replace("\"p99\"", "\"p98\"")).contains("number 'p99' in start.c.new"));
        assertTrue(problem(written().replace("\"LOWER\"", "\"SIDEWAYS\"")).contains("'better'"));
        assertTrue(problem(written().replace("\"series\"", "\"serious\"")).contains("list 'series'"));
        assertTrue(problem(written().replaceFirst("(\"rounds\" : \\[ \\[ )[0-9.]+", "$1\"x\"")).contains("no number"));
    }
}
