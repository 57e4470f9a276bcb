package dev.thaw.sdk.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.sdk.Context;
import dev.thaw.sdk.Handler;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The extension in a static and in another field. */
class TestFunctionTest {
    public static final class Counts implements Handler<String, String> {
        private int count;

        @Override
        public String handle(String event, Context context) {
            return event + ++count;
        }
    }

    @Nested
    class InAField {
        @RegisterExtension
        final TestFunction counts = TestFunction.local(Counts.class);

        @RepeatedTest(2)
        void eachTestHasAFunctionOfItsOwn() {
            assertEquals("a1", counts.invoke("a").text());
            assertEquals("b2", counts.invoke("b").text());
        }
    }

    @Nested
    class InAStaticField {
        private static int calls;

        @RegisterExtension
        static final TestFunction COUNTS = TestFunction.local(Counts.class);

        @RepeatedTest(2)
        void allTestsShareOne() {
            assertEquals("a" + ++calls, COUNTS.invoke("a").text());
        }
    }
}
