package dev.thaw.controlplane.functions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.auth.Namespace;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FunctionReferenceTest {
    @ParameterizedTest
    @ValueSource(strings = {"hello", "function:hello", "000000000000:function:hello", "000000000000:hello",
            "arn:aws:lambda:us-east-1:000000000000:function:hello", "arn:aws-cn:lambda:cn-north-1:000000000000:function:hello"})
    void readsNamesPartialAndFullArns(String text) {
        assertEquals(Optional.of(new FunctionReference("hello", Optional.empty())), FunctionReference.parse(Namespace.DEFAULT, text, Optional.empty()));
        assertEquals(Optional.of(new FunctionReference("hello", Optional.of("7"))), FunctionReference.parse(Namespace.DEFAULT, text + ":7", Optional.empty()));
        assertEquals(Optional.of(new FunctionReference("hello", Optional.of("$LATEST"))), FunctionReference.parse(Namespace.DEFAULT, text, Optional.of("$LATEST")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "../x", "hello:", "hello:1:2", "arn:aws:s3:::bucket", "a/b", "héllo"})
    void refusesWhatIsNone(String text) {
        assertTrue(FunctionReference.parse(Namespace.DEFAULT, text, Optional.empty()).isEmpty());
    }

    @Test
    void anotherAccountIsAFunctionThatThereIsNot() {
        Namespace blue = new Namespace("blue");
        FunctionReference mine = FunctionReference.parse(blue, "hello", Optional.empty()).orElseThrow();
        assertEquals("blue.hello", mine.name());
        assertEquals("arn:aws:lambda:us-east-1:" + blue.account() + ":function:hello", mine.arn());
        assertEquals(mine, FunctionReference.parse(blue, mine.arn(), Optional.empty()).orElseThrow());
        FunctionReference others = FunctionReference.parse(Namespace.DEFAULT, mine.arn(), Optional.empty()).orElseThrow();
        assertEquals(blue.account() + ".hello", others.name());
        assertEquals(mine.arn(), others.arn(), "the answer names what was asked for");
        assertEquals("123456789012.hello", FunctionReference.parse(blue, "123456789012:hello", Optional.empty()).orElseThrow().name());
        assertTrue(FunctionReference.parse(Namespace.DEFAULT, "blue.hello", Optional.empty()).isEmpty(), "no name that people give has a dot");
    }

    @Test
    void refusesTwoQualifiersThatDiffer() {
        assertTrue(FunctionReference.parse(Namespace.DEFAULT, "hello:1", Optional.of("2")).isEmpty());
        assertTrue(FunctionReference.parse(Namespace.DEFAULT, "hello:1", Optional.of("1")).isPresent());
    }
}
