package dev.thaw.controlplane.auth;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A client's side: signs requests with one key.
 *
 * @param id     of the key
 * @param secret the key, never shown
 */
public record Signer(String id, String secret) {
    static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    /** The scope names one; this server takes any. */
    private static final String REGION = "us-east-1";

    /** Headers that make a request a signed one. */
    public Map<String, String> headers(String method, String host, String rawPath, String rawQuery, String payloadHash, Instant now) {
        return headers(method, host, rawPath, rawQuery, payloadHash, now, Map.of());
    }

    /** The same with further headers that are signed, by their names in lower case; they are sent besides these. */
    public Map<String, String> headers(String method, String host, String rawPath, String rawQuery, String payloadHash, Instant now,
            Map<String, String> further) {
        String time = TIME.format(now);
        Map<String, String> signed = new TreeMap<>(Map.of("host", host, "x-amz-content-sha256", payloadHash, "x-amz-date", time));
        signed.putAll(further);
        String canonical = SigV4.canonical(method, rawPath, rawQuery, signed.keySet(), name -> List.of(signed.get(name)), payloadHash);
        String signature = HexFormat.of().formatHex(SigV4.sign(secret, time, REGION, canonical));
        return Map.of("X-Amz-Date", time, "X-Amz-Content-Sha256", payloadHash,
                "Authorization", SigV4.ALGORITHM + " Credential=" + id + "/" + time.substring(0, 8) + "/" + REGION + "/" + SigV4.SERVICE
                        + "/aws4_request, SignedHeaders=" + String.join(";", signed.keySet()) + ", Signature=" + signature);
    }

    @Override
    public String toString() {
        return "Signer[" + id + "]";
    }
}
