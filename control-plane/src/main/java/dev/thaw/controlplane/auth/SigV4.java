package dev.thaw.controlplane.auth;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 with the Authorization header, as
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html says it.
 */
public final class SigV4 {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";
    /** The service that requests are signed for. */
    public static final String SERVICE = "lambda";
    /** SHA-256 of nothing. */
    public static final String EMPTY = sha256(new byte[0]);

    private SigV4() {}

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** Of a file's content; reads it. */
    public static String sha256(Path file) throws IOException {
        MessageDigest digest = digest();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[1 << 16];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * The canonical form of a request.
     *
     * @param rawPath     as sent, percent signs and all
     * @param rawQuery    as sent, empty for none
     * @param signed      names of headers in lower case, sorted
     * @param header      all values of a header, by its name in lower case
     * @param payloadHash SHA-256 of the body, hexadecimal
     */
    static String canonical(String method, String rawPath, String rawQuery, Collection<String> signed, Function<String, List<String>> header,
            String payloadHash) {
        StringBuilder text = new StringBuilder(method).append('\n').append(path(rawPath)).append('\n').append(query(rawQuery)).append('\n');
        for (String name : signed) {
            List<String> values = header.apply(name).stream().map(value -> value.strip().replaceAll(" +", " ")).toList();
            text.append(name).append(':').append(String.join(",", values)).append('\n');
        }
        return text.append('\n').append(String.join(";", signed)).append('\n').append(payloadHash).toString();
    }

    /** Dots and empty segments resolved, each segment encoded once more than it was sent, as for all services but S3. */
    private static String path(String rawPath) {
        List<String> segments = new ArrayList<>();
        for (String segment : rawPath.split("/")) {
            if (segment.equals("..")) {
                if (!segments.isEmpty()) {
                    segments.removeLast();
                }
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(encode(segment.getBytes(StandardCharsets.UTF_8)));
            }
        }
        return "/" + String.join("/", segments) + (rawPath.endsWith("/") && !segments.isEmpty() ? "/" : "");
    }

    private static String query(String rawQuery) {
        List<String> pairs = new ArrayList<>();
        for (String pair : rawQuery.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                pairs.add(again(equals < 0 ? pair : pair.substring(0, equals)) + "=" + again(equals < 0 ? "" : pair.substring(equals + 1)));
            }
        }
        // '=' comes after '-', '.' and the digits but must not take part: names are compared first, then values.
        pairs.sort((one, other) -> {
            int byName = one.substring(0, one.indexOf('=')).compareTo(other.substring(0, other.indexOf('=')));
            return byName != 0 ? byName : one.compareTo(other);
        });
        return String.join("&", pairs);
    }

    /** Decoded and encoded anew, so that every way to write it comes out the same. */
    private static String again(String encoded) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] raw = encoded.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < raw.length; i++) {
            int high = i + 2 < raw.length && raw[i] == '%' ? Character.digit(raw[i + 1], 16) : -1;
            int low = high >= 0 ? Character.digit(raw[i + 2], 16) : -1;
            if (low >= 0) {
                bytes.write(high << 4 | low);
                i += 2;
            } else {
                bytes.write(raw[i]);
            }
        }
        return encode(bytes.toByteArray());
    }

    private static String encode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            char c = (char) (each & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || "-_.~".indexOf(c) >= 0)) {
                text.append(c);
            } else {
                text.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
            }
        }
        return text.toString();
    }

    /**
     * The signature of a canonical request.
     *
     * @param time   {@code yyyyMMdd'T'HHmmss'Z'}
     * @param region of the scope
     */
    static byte[] sign(String secret, String time, String region, String canonical) {
        String date = time.substring(0, 8);
        String toSign = ALGORITHM + "\n" + time + "\n" + date + "/" + region + "/" + SERVICE + "/aws4_request\n"
                + sha256(canonical.getBytes(StandardCharsets.UTF_8));
        byte[] key = hmac(("AWS4" + secret).getBytes(StandardCharsets.UTF_8), date);
        for (String part : List.of(region, SERVICE, "aws4_request")) {
            key = hmac(key, part);
        }
        return hmac(key, toSign);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
