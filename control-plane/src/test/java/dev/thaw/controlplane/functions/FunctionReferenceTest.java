package dev.thaw.controlplane.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionReferenceTest {
    @ParameterizedTest
    @ValueSource(strings = {"hello", "function:hello", "123456789012:function:hello", "123456789012:hello",
            "arn:aws:lambda:us-east-1:123456789012:function:hello", "arn:aws-cn:lambda:cn-north-1:123456789012:function:hello"})
    void readsNamesPartialAndFullArns(String text) {
        assertEquals(Optional.of(new FunctionReference("hello", Optional.empty())), FunctionReference.parse(text, Optional.empty()));
        assertEquals(Optional.of(new FunctionReference("hello", Optional.of("7"))), FunctionReference.parse(text + ":7", Optional.empty()));
        assertEquals(Optional.of(new FunctionReference("hello", Optional.of("$LATEST"))), FunctionReference.parse(text, Optional.of("$LATEST")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", "hello:", "hello:1:2", "arn:aws:s3:::bucket", "a/b", "héllo"})
    void refusesWhatIsNone(String text) {
        assertTrue(FunctionReference.parse(text, Optional.empty()).isEmpty());
    }

    @Test
    void refusesTwoQualifiersThatDiffer() {
        assertTrue(FunctionReference.parse("hello:1", Optional.of("2")).isEmpty());
        assertTrue(FunctionReference.parse("hello:1", Optional.of("1")).isPresent());
    }
}
