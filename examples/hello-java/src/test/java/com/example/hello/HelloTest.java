package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.sdk.junit.TestFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class HelloTest {
    @RegisterExtension
    final TestFunction hello = TestFunction.local(Hello.class);

    private void answers(String event, String expected) {
        String answer = hello.invoke(event).text();
        assertTrue(answer.contains(expected), answer);
    }

    @Test
    void greetsByName() {
        answers("{\"name\": \"Ada\"}", "\"message\":\"Hello, Ada!\"");
    }

    @Test
    void greetsOverAFunctionUrl() {
        answers("{\"version\": \"2.0\", \"queryStringParameters\": {\"name\": \"Grace\"}}", "\"message\":\"Hello, Grace!\"");
        answers("{\"version\": \"2.0\"}", "\"message\":\"Hello, world!\"");
    }

    /** Without a VM of its own for each, the second event sees what the first one left. */
    @Test
    void countsRequests() {
        answers("{}", "\"requestsSeen\":1");
        answers("{}", "\"requestsSeen\":2");
    }
}
