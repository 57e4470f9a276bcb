package dev.thaw.controlplane.async;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerBatchTest {
    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "true  | {\"eventSource\":\"SelfManagedKafka\",\"records\":{}} | {\"batchItemFailures\":[{\"itemIdentifier\":{}}]}",
        "true  | [{\"specversion\":\"1.0\"}] | {\"batchItemFailures\":[1]}",
        "false | {\"eventSource\":\"SelfManagedKafka\",\"records\":{}} | {\"batchItemFailures\":[]}",
        "false | {\"eventSource\":\"SelfManagedKafka\",\"records\":{}} | {\"batchItemFailures\":null}",
        "false | {\"eventSource\":\"SelfManagedKafka\",\"records\":{}} | null",
        "false | {\"eventSource\":\"SelfManagedKafka\",\"records\":{}} | no json",
        "false | {\"eventSource\":\"aws:sqs\"} | {\"batchItemFailures\":[1]}",
        "false | {} | {\"batchItemFailures\":[1]}",
    })
    void onlyWhatATriggersFunctionSaysOfItsRecordsCounts(boolean failed, String event, String answer) {
        assertEquals(failed, TriggerBatch.isFailed(utf8(event.strip()), utf8(answer.strip())));
    }
}
