package dev.thaw.deploy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

/** A field that the server refuses is told by the option that was typed. */
class TriggerFieldsTest {
    @Test
    void aRefusedFieldIsNamedByItsOption() {
        Failure told = TriggerFields.inOptions(new Failure(Failure.FAILED, "SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS takes HOST:PORT", 400));

        assertEquals("--brokers: SelfManagedEventSource.Endpoints.KAFKA_BOOTSTRAP_SERVERS takes HOST:PORT", told.getMessage());
        assertEquals(Failure.USAGE, told.status());
        assertEquals(400, told.http());
    }

    @Test
    void whatIsNoRefusalOfAFieldStaysAsItIs() {
        Failure unknown = new Failure(Failure.FAILED, "Function not found: hello", 404);
        Failure other = new Failure(Failure.FAILED, "Topics and more", 409);

        assertSame(unknown, TriggerFields.inOptions(unknown));
        assertSame(other, TriggerFields.inOptions(other));
    }
}
