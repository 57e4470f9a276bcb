package com.example.hello;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.sdk.junit.TestFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The same function in microVMs; skipped where there is no KVM. */
class HelloVmTest {
    @RegisterExtension
    static final TestFunction HELLO = TestFunction.inVm(Hello.class);

    @Test
    void eachRequestBeginsAtTheSnapshot() {
        for (int i = 0; i < 2; i++) {
            String answer = HELLO.invoke("{\"name\": \"Ada\"}").text();
            assertTrue(answer.contains("\"message\":\"Hello, Ada!\",\"requestsSeen\":1"), answer);
        }
    }
}
