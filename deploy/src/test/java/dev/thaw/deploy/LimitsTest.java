package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class LimitsTest {
    @ParameterizedTest
    @CsvSource({"64,67108864", "64m,67108864", "64MiB,67108864", "1 GB,1073741824", "2g,2147483648"})
    void memoryIsMebibytesOrHasAUnit(String text, long bytes) {
        assertEquals(bytes, new Memory.Converter().convert(text).bytes());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "3", "65G", "-1", "1T", "999999999999999999999", "12.5"})
    void memoryOutsideItsRangeIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new Memory.Converter().convert(text));
    }

    @ParameterizedTest
    @CsvSource({"30,30000", "1.5s,1500", "500ms,500", "2m,120000", "1h,3600000", "0.001,1"})
    void aTimeLimitIsSecondsOrHasAUnit(String text, long millis) {
        assertEquals(Duration.ofMillis(millis), new TimeLimit().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "0.0s", "-1", "1d", "soon", "99999999"})
    void aTimeLimitThatIsNoneIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new TimeLimit().convert(text));
    }

    @Test
    void anIpv6AddressToListenOnStandsInBrackets() {
        assertEquals(new ListenAddress("::1", 80), new ListenAddress.Converter().convert("[::1]:80"));
        assertThrows(TypeConversionException.class, () -> new ListenAddress.Converter().convert("::1"));
    }
}
