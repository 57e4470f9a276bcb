package dev.thaw.controlplane.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.controlplane.data.OverloadedException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ProblemTest {
    private static String of(Throwable failure) {
        Problem problem = Problem.of(failure);
        return problem.status() + " " + problem.type() + problem.retryAfter().map(after -> " after " + after.toSeconds()).orElse("");
    }

    @Test
    void aFullServerIsA503SoThatSdksTryAgainAndLoadBalancersAskAnother() {
        assertEquals("503 ServiceUnavailableException after 1", of(new CompletionException(new OverloadedException("full"))));
        assertEquals("503 ServiceUnavailableException after 7", of(Problem.overloaded("full", Duration.ofSeconds(7))));
    }

    @Test
    void whatIsNobodysFaultSaysNoMoreThanThat() {
        assertEquals("500 ServiceException", of(new IllegalStateException("secret")));
    }
}
