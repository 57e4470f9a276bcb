package dev.thaw.controlplane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.controlplane.http.Connections;
import dev.thaw.controlplane.lambda.LambdaApi;
import dev.thaw.controlplane.lambda.LambdaCalls;
import dev.thaw.controlplane.lambda.Operations;
import dev.thaw.controlplane.lambda.ServiceModel;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tests' table of Lambda's operations against the router and the service model: an operation without a row is one that nobody attacks. */
class LambdaOperationsTest {
    private static final Pattern NAME = Pattern.compile("\\{([A-Za-z]+)}");

    @Test
    void theTableHasEveryOperationOfTheRouterAndNoOther(@TempDir Path folder) throws Exception {
        ServiceModel model = new ServiceModel();
        Map<String, String> operations = new HashMap<>();
        model.operations().forEach(name -> operations.put(place(model.method(name), NAME.matcher(model.template(name)).replaceAll(":")), name));
        Set<String> routed = new TreeSet<>();
        Vertx vertx = Vertx.vertx();
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"));
                Platform platform = Platform.open(data, ServerConfig.of(folder.resolve("data")), true)) {
            for (Route route : platform.api().router(vertx, true, Connections.ofThisProcess()).getRoutes()) {
                String path = route.getPath();
                if (path == null || LambdaApi.prefixes().stream().noneMatch(path::startsWith) || LambdaApi.prefixes().contains(path)) {
                    continue;
                }
                for (HttpMethod method : route.methods()) {
                    String place = place(method.name(), path.replaceAll(":[a-z]+", ":"));
                    assertTrue(operations.containsKey(place), "the model has no operation at " + method + " " + path);
                    routed.add(operations.get(place));
                }
            }
        } finally {
            vertx.close().await();
        }
        assertEquals(routed, Operations.ALL.stream().map(Operations.Operation::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    private static String place(String method, String path) {
        return method + " " + path.replaceAll("/$", "");
    }

    @Test
    void whatLambdaHasBesidesIsRefusedAsNotSupported(@TempDir Path folder) throws Exception {
        ServiceModel model = new ServiceModel();
        Set<String> others = model.operations();
        Operations.ALL.forEach(each -> others.remove(each.name()));
        try (Server server = Server.start(ServerConfig.of(folder).listen("127.0.0.1", 0)); LambdaCalls lambda = new LambdaCalls(server.url())) {
            for (String operation : others) {
                Map<String, String> parameters = new HashMap<>();
                Matcher matcher = NAME.matcher(model.template(operation));
                while (matcher.find()) {
                    parameters.put(matcher.group(1), "1");
                }
                LambdaCalls.Answer answer = lambda.call(operation, parameters);
                assertEquals("400 InvalidParameterValueException", answer.error(), operation);
                assertTrue(answer.text("message").endsWith("is not supported"), operation + ": " + answer.text("message"));
            }
        }
    }
}
