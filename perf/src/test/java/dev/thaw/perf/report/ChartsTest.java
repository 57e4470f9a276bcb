package dev.thaw.perf.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ChartsTest {
    @TempDir
    private Path folder;

    private static Document parsed(Path file) throws Exception {
        return DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(new ByteArrayInputStream(Files.readAllBytes(file)));
    }

    private static Results everything() {
        List<Series> series = new ArrayList<>(List.of(Samples.start(0.4, 1), Samples.probe(0.3, 2),
                Samples.taking(Taking.yardstick("start.java.native", "Java <native> & \"all\""), 120, 3).series(),
                Samples.taking(Taking.of("vms.make", "making one"), 1.5, 4).series()));
        for (int concurrency = 1; concurrency <= 64; concurrency *= 2) {
            series.add(Samples.taking(Taking.of("load.c." + concurrency + ".latency", "latency"), concurrency, 5).series());
            series.add(Samples.taking(Taking.of("load.c." + concurrency + ".rate", "rate").in("1/s", Better.HIGHER), 900, 6).series());
        }
        return new Results(Samples.host(), "", 1, "", series, List.of(new Figure("vms.seconds", "all made in", 1.5, "s", Better.LOWER),
                new Figure("vms.memory.idle.private", "private", 120, "KB", Better.LOWER)), List.of(), Map.of());
    }

    @Test
    void eachChartIsWellFormedWithTitleAxesAndUnits() throws Exception {
        List<Path> written = Charts.write(everything(), folder.resolve("new"));
        assertEquals(List.of("load.svg", "starts.svg", "vms.svg"), written.stream().map(file -> file.getFileName().toString()).sorted().toList());
        for (Path file : written) {
            Document document = parsed(file);
            assertEquals(1, document.getElementsByTagName("title").getLength());
            assertTrue(Files.readString(file).contains("milliseconds"), file.toString());
        }
    }

    @Test
    void noCoordinateIsOutsideTheDrawingOrNoNumber() throws IOException {
        for (Path file : Charts.write(everything(), folder)) {
            String text = Files.readString(file);
            assertTrue(!text.contains("NaN") && !text.contains("Infinity") && !text.contains("=\"-"), file.toString());
        }
    }

    @Test
    void whatWasNotMeasuredHasNoChart() throws IOException {
        assertEquals(List.of(), Charts.write(new Results(Samples.host(), "", 1, "", List.of(), List.of(), List.of(), Map.of()), folder));
    }

    @Test
    void valuesBeyondAScaleStandAtItsEnds() {
        LogScale scale = LogScale.over(0.5, 20, 100, 400);
        assertEquals(100, scale.at(0));
        assertEquals(100, scale.at(0.1), 1e-9);
        assertEquals(200, scale.at(1), 1e-9);
        assertEquals(400, scale.at(1e9), 1e-9);
        assertEquals(List.of("0.1", "1", "10", "100"), scale.decades().stream().map(LogScale::label).toList());
    }

    @Test
    void theTableNamesEveryValueTargetAndWhatIsMissing() {
        String table = Table.of(Samples.results(Samples.start(1, 1), Samples.probe(1, 2)));
        assertTrue(table.contains("C, new VM"), table);
        assertTrue(table.contains("x") && table.contains("MISSED") && table.contains("met"), table);
        assertTrue(table.contains("container: not measured: no crun"), table);
    }
}
