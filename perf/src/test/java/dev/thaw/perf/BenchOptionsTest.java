package dev.thaw.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchOptionsTest {
    private static String problem(String... args) {
        return assertThrows(BenchOptions.UsageException.class, () -> BenchOptions.parse(args)).getMessage();
    }

    @Test
    void withoutArgumentsEverythingIsMeasured() throws BenchOptions.UsageException {
        BenchOptions options = BenchOptions.parse();
        assertEquals(Part.usual(), options.parts());
        assertEquals(BenchOptions.USUAL_N, options.n());
        assertTrue(options.compare().isEmpty());
    }

    @Test
    void partsCountAndFilesAreTaken() throws BenchOptions.UsageException {
        BenchOptions options = BenchOptions.parse("cold", "--n", "20", "--only", "vms", "--json", "a.json", "--charts", "c");
        assertEquals(Set.of(Part.COLD, Part.VMS), options.parts());
        assertEquals(20, options.n());
        assertEquals(Path.of("a.json"), options.json());
        assertEquals(Path.of("c"), options.charts());
    }

    @Test
    void twoFilesAreCompared() throws BenchOptions.UsageException {
        assertEquals(Optional.of(new BenchOptions.Two(Path.of("a"), Path.of("b"))), BenchOptions.parse("--compare", "a", "b").compare());
    }

    @Test
    void whatIsNotUnderstoodIsNamed() {
        assertEquals("--fast is not understood", problem("--fast"));
        assertTrue(problem("warm").contains("no part 'warm'; parts are starts"), problem("warm"));
        assertTrue(problem("--n", "0").contains("--n 0"));
        assertTrue(problem("--n", "-5").contains("--n -5"));
        assertEquals("--n wants a count behind it", problem("--n"));
        assertEquals("--json wants a file behind it", problem("--json"));
        assertEquals("a wants two files behind it", problem("--compare", "a"));
        assertTrue(problem("--compare", "a", "b", "vms").contains("measures nothing"));
    }

    @Test
    void theExitStatusTellsWrongArgumentsFromFailures() throws Exception {
        assertEquals(2, Bench.run("--nonsense"));
        assertEquals(2, Bench.run("--compare", "/does/not/exist.json", "/neither.json"));
        assertEquals(0, Bench.run("--help"));
    }
}
