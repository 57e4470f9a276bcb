package dev.thaw.controlplane.auth;

import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server's side: whether a request is signed by one of the keys. Thread-safe; waits for nothing. */
public final class Verifier {
    /** How far a client's clock may be off, to either side: AWS's. */
    public static final Duration SKEW = Duration.ofMinutes(5);
    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 +Credential=([A-Za-z0-9]{4,128})/(\\d{8})/([a-z0-9-]{1,64})/"
            + "([a-z0-9-]{1,64})/aws4_request *, *SignedHeaders=([a-z0-9!#$%&'*+.^_`|~;-]{1,2000}) *, *Signature=([0-9a-f]{64})");
    private static final int MOST_HEADER = 4_000;
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private final Keys keys;
    private final Clock clock;

    public Verifier(Keys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * A request's head.
     *
     * @param rawQuery empty for none
     * @param names    of all headers, in lower case
     * @param header   all values of a header, by its name in lower case
     */
    public record Head(String method, String rawPath, String rawQuery, Set<String> names, Function<String, List<String>> header) {
        private Optional<String> one(String name) {
            List<String> values = header.apply(name);
            return values.size() == 1 ? Optional.of(values.getFirst().strip()) : Optional.empty();
        }
    }

    /** A head that could be of a signed request: what is left to be seen is whether the body fits. */
    public static final class Claim {
        private final Head head;
        private final Keys.Entry key;
        private final String time;
        private final String region;
        private final SortedSet<String> signed;
        private final byte[] signature;
        private final Optional<String> declared;

        private Claim(Head head, Keys.Entry key, String time, String region, SortedSet<String> signed, byte[] signature, Optional<String> declared) {
            this.head = head;
            this.key = key;
            this.time = time;
            this.region = region;
            this.signed = signed;
            this.signature = signature;
            this.declared = declared;
        }

        /** What the request says its body's SHA-256 is, hexadecimal. */
        public Optional<String> declaredHash() {
            return declared;
        }

        /** Whose key it would be. */
        public Principal principal() {
            return key.principal();
        }

        /** Fails unless the signature is right for a body with this SHA-256, which has to be the declared one where one is. */
        public void verify(String payloadHash) throws RefusedException {
            if (declared.isPresent() && !declared.get().equals(payloadHash)) {
                throw new RefusedException("InvalidSignatureException", "The body's SHA-256 is not what X-Amz-Content-Sha256 says",
                        key.principal().id());
            }
            String canonical = SigV4.canonical(head.method(), head.rawPath(), head.rawQuery(), signed, head.header(), payloadHash);
            if (!MessageDigest.isEqual(SigV4.sign(key.secret(), time, region, canonical), signature)) {
                throw new RefusedException("InvalidSignatureException",
                        "The request signature we calculated does not match the signature you provided. Check the secret access key",
                        key.principal().id());
            }
        }
    }

    Optional<Principal> standing(String id) {
        return keys.find(id).map(Keys.Entry::principal);
    }

    boolean hasServerAdmin() {
        return keys.hasServerAdmin();
    }

    /** Looks at all but the body. */
    public Claim claim(Head head) throws RefusedException {
        Optional<String> authorization = head.one("authorization");
        if (authorization.isEmpty()) {
            throw new RefusedException("MissingAuthenticationTokenException",
                    "Missing Authentication Token: sign requests with AWS Signature Version 4 and a key of this server, in one Authorization header,"
                            + " or send an API key there, as a Bearer token");
        }
        Matcher matcher = AUTHORIZATION.matcher(authorization.get());
        if (authorization.get().length() > MOST_HEADER || !matcher.matches()) {
            throw new RefusedException("IncompleteSignatureException",
                    "Authorization takes AWS4-HMAC-SHA256 with Credential, SignedHeaders and Signature");
        }
        String time = head.one("x-amz-date").orElse("");
        checkTime(time, matcher.group(2));
        if (!matcher.group(4).equals(SigV4.SERVICE)) {
            throw new RefusedException("InvalidSignatureException", "Credential should be scoped to service '" + SigV4.SERVICE + "'");
        }
        SortedSet<String> signed = new TreeSet<>(Arrays.asList(matcher.group(5).split(";")));
        checkSigned(head, signed);
        Keys.Entry key = keys.find(matcher.group(1)).orElseThrow(() -> new RefusedException("UnrecognizedClientException",
                "The security token included in the request is invalid: this server has no such access key", matcher.group(1)));
        Optional<String> declared = head.names().contains("x-amz-content-sha256") ? Optional.of(head.one("x-amz-content-sha256").orElse("")) : Optional.empty();
        if (declared.isPresent() && !HASH.matcher(declared.get()).matches()) {
            throw new RefusedException("InvalidSignatureException",
                    "X-Amz-Content-Sha256 takes the SHA-256 of the body: unsigned and streamed bodies are not supported");
        }
        return new Claim(head, key, time, matcher.group(3), signed, HexFormat.of().parseHex(matcher.group(6)), declared);
    }

    private void checkTime(String time, String scopeDate) throws RefusedException {
        Instant signedAt;
        try {
            signedAt = Signer.TIME.parse(time, Instant::from);
        } catch (DateTimeParseException _) {
            throw new RefusedException("IncompleteSignatureException", "X-Amz-Date takes a time such as 20260102T030405Z");
        }
        if (!time.startsWith(scopeDate)) {
            throw new RefusedException("InvalidSignatureException", "Credential is of another day than X-Amz-Date");
        }
        Instant now = clock.instant();
        if (Duration.between(signedAt, now).abs().compareTo(SKEW) > 0) {
            throw new RefusedException("InvalidSignatureException", "Signature expired: " + time + " is more than " + SKEW.toMinutes()
                    + " minutes from " + Signer.TIME.format(now) + ", the server's time");
        }
    }

    /** What matters has to be signed: the host, the time, and all headers of AWS's and ours. */
    private static void checkSigned(Head head, SortedSet<String> signed) throws RefusedException {
        for (String name : signed) {
            if (!head.names().contains(name)) {
                throw new RefusedException("InvalidSignatureException", "SignedHeaders names a header that the request does not have");
            }
        }
        for (String name : head.names()) {
            if ((name.equals("host") || name.startsWith("x-amz-") || name.startsWith("x-thaw-")) && !signed.contains(name)) {
                throw new RefusedException("InvalidSignatureException", "SignedHeaders has to name " + name);
            }
        }
        if (!signed.contains("host")) {
            throw new RefusedException("InvalidSignatureException", "SignedHeaders has to name host");
        }
    }
}
