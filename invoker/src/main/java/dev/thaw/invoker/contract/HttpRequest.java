package dev.thaw.invoker.contract;

import java.util.Map;
import java.util.Optional;

/**
 * A guest's request, read to its end.
 *
 * @param path of the target, without a query
 * @param headers by lower-case name; a repeated header's last value
 * @param trailers of a chunked body, likewise
 * @param body empty when it was larger than allowed
 * @param bodyBytes how long the body was
 * @param keepAlive whether the connection goes on afterwards
 */
record HttpRequest(
        String method, String path, Map<String, String> headers, Map<String, String> trailers, byte[] body,
        long bodyBytes, boolean keepAlive) {
    Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    Optional<String> trailer(String lowerCaseName) {
        return Optional.ofNullable(trailers.get(lowerCaseName));
    }
}
