package dev.thaw.sdk.junit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.thaw.sdk.Context;
import dev.thaw.sdk.Handler;
import dev.thaw.sdk.SnapshotHooks;
import dev.thaw.sdk.StreamHandler;
import dev.thaw.sdk.http.HttpRequest;
import dev.thaw.sdk.http.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Handlers of each kind, through the loop and over a socket. */
class LoopTest {
    public record Order(String id, List<Integer> amounts) {}

    public record Receipt(String id, int total) {}

    abstract static class Typed<A, B> implements Handler<B, A> {}

    public static final class Sums extends Typed<Receipt, Order> {
        @Override
        public Receipt handle(Order order, Context context) {
            return new Receipt(order.id(), order.amounts().stream().mapToInt(Integer::intValue).sum());
        }
    }

    public static final class Texts implements Handler<String, String> {
        @Override
        public String handle(String event, Context context) {
            return "<" + event + ">";
        }
    }

    public static final class Streams implements StreamHandler {
        @Override
        public void handle(InputStream event, OutputStream response, Context context) throws IOException {
            event.transferTo(response);
        }
    }

    public static final class Told implements Handler<byte[], Map<String, Object>> {
        @Override
        public Map<String, Object> handle(byte[] event, Context context) {
            return Map.of("id", context.requestId().length(), "name", context.functionName(), "memory", context.memoryLimitMb(),
                    "left", context.remaining().toSeconds() > 50, "trace", context.traceId().isPresent());
        }
    }

    public static final class Fails implements Handler<String, String> {
        @Override
        public String handle(String event, Context context) throws Exception {
            throw new IOException("no \"disk\"\n", new IllegalStateException("because"));
        }
    }

    public static final class Overflows implements Handler<String, String> {
        @Override
        public String handle(String event, Context context) {
            return handle(event, context) + event;
        }
    }

    public static final class Methods {
        public Receipt sum(Order order) {
            return new Sums().handle(order, null);
        }

        public String name(String event, Context context) {
            return context.functionName() + event;
        }

        public void nothing() {}
    }

    public static final class Hooked implements Handler<String, List<String>>, SnapshotHooks {
        private final List<String> seen = new ArrayList<>();
        /** org.crac itself refers to it weakly. */
        private final org.crac.Resource resource = new org.crac.Resource() {
            @Override
            public void beforeCheckpoint(org.crac.Context<? extends org.crac.Resource> context) {
                seen.add("before 2");
            }

            @Override
            public void afterRestore(org.crac.Context<? extends org.crac.Resource> context) {
                seen.add("after 2");
            }
        };

        public Hooked() {
            SnapshotHooks.register(new SnapshotHooks() {
                @Override
                public void beforeFreeze() {
                    seen.add("before 1");
                }

                @Override
                public void afterThaw() {
                    seen.add("after 1");
                }
            });
            org.crac.Core.getGlobalContext().register(resource);
        }

        @Override
        public void beforeFreeze() {
            seen.add("before 3");
        }

        @Override
        public void afterThaw() {
            seen.add("after 3");
        }

        @Override
        public List<String> handle(String event, Context context) {
            return seen;
        }
    }

    public static final class FailsToStart implements Handler<String, String> {
        public FailsToStart() throws IOException {
            throw new IOException("no such thing");
        }

        @Override
        public String handle(String event, Context context) {
            return event;
        }
    }

    public static final class Site implements Handler<HttpRequest, HttpResponse> {
        @Override
        public HttpResponse handle(HttpRequest request, Context context) {
            return HttpResponse.text(200, "text/plain", request.method() + " " + request.rawPath() + " " + request.query("q").orElse("-")
                    + " " + request.header("Content-Type").orElse("-") + " " + request.text());
        }
    }

    public static final class Lambda implements com.amazonaws.services.lambda.runtime.RequestHandler<Map<String, String>, String> {
        @Override
        public String handleRequest(Map<String, String> event, com.amazonaws.services.lambda.runtime.Context context) {
            context.getLogger().log("called");
            return event.get("name") + context.getMemoryLimitInMB();
        }
    }

    private static Reply reply(String handler, String event) throws IOException {
        try (LocalHost host = LocalHost.start(handler)) {
            host.invoke("warm".equals(event) ? new byte[0] : event.getBytes(UTF_8));
            return host.invoke(event.getBytes(UTF_8));
        }
    }

    private static String text(Class<?> handler, String event) throws IOException {
        Reply reply = reply(handler.getName(), event);
        assertEquals(Optional.empty(), reply.errorType(), reply.text());
        return reply.text();
    }

    @Test
    void readsAndWritesTheTypesThatAClassDeclares() throws IOException {
        assertEquals("{\"id\":\"a\",\"total\":6}", text(Sums.class, "{\"id\":\"a\",\"amounts\":[1,2,3],\"new\":true}"));
    }

    @Test
    void givesTextAndBytesAsTheyTravel() throws IOException {
        assertEquals("<{\"é\": 1}>", text(Texts.class, "{\"é\": 1}"));
        String large = "x".repeat(3 << 20);
        assertEquals(large, text(Streams.class, large));
        assertEquals("", text(Streams.class, ""));
    }

    @Test
    void tellsTheHandlerOfItsInvocation() throws IOException {
        String told = text(Told.class, "{}");
        for (String part : List.of("\"id\":36", "\"name\":\"test\"", "\"memory\":512", "\"left\":true", "\"trace\":false")) {
            assertTrue(told.contains(part), told);
        }
    }

    @Test
    void reportsWhatAHandlerThrowsAndGoesOn() throws IOException {
        Reply failed = reply(Fails.class.getName(), "{}");
        assertEquals(Optional.of("java.io.IOException"), failed.errorType());
        assertTrue(failed.text().startsWith("{\"errorMessage\":\"no \\\"disk\\\"\\u000a\",\"errorType\":\"java.io.IOException\",\"stackTrace\":[\""
                + Fails.class.getName()), failed.text());
        assertTrue(failed.text().contains("\"cause\":{\"errorMessage\":\"because\""), failed.text());
        Reply unfit = reply(Sums.class.getName(), "{\"amounts\":\"many\"}");
        assertEquals(Optional.of("Runtime.UnmarshalError"), unfit.errorType());
        assertTrue(unfit.text().contains("amounts"), unfit.text());
    }

    @Test
    void endsAfterAnErrorOfTheVirtualMachine() throws IOException {
        try (LocalHost host = LocalHost.start(Overflows.class.getName())) {
            IOException ended = assertThrows(IOException.class, () -> host.invoke(new byte[] {'1'}));
            assertTrue(ended.getMessage().contains("closed"), ended.getMessage());
        }
    }

    @Test
    void callsAMethodOfAnyClass() throws IOException {
        assertEquals("{\"id\":\"b\",\"total\":3}", reply(Methods.class.getName() + "::sum", "{\"id\":\"b\",\"amounts\":[3]}").text());
        assertEquals("test!", reply(Methods.class.getName() + "::name", "!").text());
        assertEquals("null", reply(Methods.class.getName() + "::nothing", "{}").text());
    }

    @Test
    void callsHandlersThatWereWrittenForLambda() throws IOException {
        assertEquals("Ada512", text(Lambda.class, "{\"name\":\"Ada\"}"));
    }

    @Test
    void callsTheHooksInTheOrderOfCrac() throws IOException {
        assertEquals("[\"before 3\",\"before 2\",\"before 1\",\"after 1\",\"after 2\",\"after 3\"]", text(Hooked.class, "{}"));
    }

    @Test
    void servesAFunctionUrl() throws IOException {
        assertEquals("{\"statusCode\":200,\"headers\":{\"content-type\":\"text/plain\"},\"body\":\"POST /a text text/css body\",\"isBase64Encoded\":false}",
                text(Site.class, """
                        {"version": "2.0", "rawPath": "/a", "rawQueryString": "q=text", "headers": {"content-type": "text/css"},
                         "queryStringParameters": {"q": "text"}, "requestContext": {"http": {"method": "POST", "path": "/a"}},
                         "body": "Ym9keQ==", "isBase64Encoded": true}"""));
        assertTrue(text(Site.class, "{}").contains("GET / - - "));
    }

    @Test
    void saysWhatIsWrongWithAHandlersName() {
        assertInit("com.example.Nothing", "Runtime.ImportModuleError", "class com.example.Nothing is in none of the package's jars");
        assertInit("java.lang.String", "Runtime.HandlerNotFound", "implements none of dev.thaw.sdk.Handler");
        assertInit("java.lang.Integer", "Runtime.HandlerNotFound", "must be a public class with a public constructor without parameters");
        assertInit(Methods.class.getName() + "::wait", "Runtime.HandlerNotFound", "has 3 public methods wait");
        assertInit("::x", "Runtime.MalformedHandlerName", "should be package.Class");
        assertInit(FailsToStart.class.getName(), "java.io.IOException", "no such thing");
    }

    private static void assertInit(String handler, String type, String message) {
        String said = assertThrows(AssertionError.class, () -> LocalHost.start(handler)).getMessage();
        assertTrue(said.contains("\"errorType\":\"" + type + "\""), said);
        assertTrue(said.contains(message), said);
    }
}
