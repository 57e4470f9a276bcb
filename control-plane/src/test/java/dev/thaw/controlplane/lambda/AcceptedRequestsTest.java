package dev.thaw.controlplane.lambda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.thaw.controlplane.lambda.LambdaCalls.Answer;
import dev.thaw.controlplane.lambda.Operations.Operation;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The requests that all hostile ones are made from. */
@Timeout(120)
class AcceptedRequestsTest {
    @Test
    void everyRowOfTheTableIsTakenAndIsThereAfterARestart(@TempDir Path data) throws Exception {
        try (World world = World.on(data)) {
            for (Operation operation : Operations.ALL) {
                Answer answer = world.call(operation);
                assertEquals(2, answer.status() / 100, operation + ": " + answer.response().body());
                world.settled();
            }
            String after = world.state();
            world.restart();
            assertEquals(after, world.state());
        }
    }
}
