package dev.thaw.deploy.client;

import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.Optional;

/**
 * The answer to an invocation.
 *
 * @param payload the function's response, or its error as JSON
 * @param functionError Lambda's {@code X-Amz-Function-Error}: present when the function failed
 * @param requestId empty when the server sent none
 * @param timing the {@code Server-Timing} header, empty when the server sent none
 * @param logTail last lines that the function printed
 */
public record Invoked(byte[] payload, Optional<String> functionError, String requestId, String timing, byte[] logTail) {
    static Invoked of(HttpResponse<byte[]> response) {
        HttpHeaders headers = response.headers();
        return new Invoked(
                response.body(),
                headers.firstValue("X-Amz-Function-Error"),
                headers.firstValue("x-amzn-RequestId").orElse(""),
                headers.firstValue("Server-Timing").orElse(""),
                headers.firstValue("X-Amz-Log-Result").map(Invoked::decoded).orElse(new byte[0]));
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }
}
