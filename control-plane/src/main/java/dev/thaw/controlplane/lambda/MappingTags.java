package dev.thaw.controlplane.lambda;

import dev.thaw.controlplane.functions.ChangeException;
import dev.thaw.controlplane.functions.ChangeException.Kind;
import dev.thaw.controlplane.triggers.EventFormat;
import dev.thaw.controlplane.triggers.KafkaAccess;
import java.util.Map;

/**
 * What Lambda's model has no field for, said by tags, which every tool of Lambda's can give: {@code thaw:format} is {@code lambda} or
 * {@code cloudevents}, {@code thaw:tls} is {@code on} or {@code off}.
 */
final class MappingTags {
    private static final String OURS = "thaw:";
    private static final String FORMAT = "thaw:format";
    private static final String TLS = "thaw:tls";

    private MappingTags() {}

    static void check(Map<String, String> tags, KafkaAccess access) throws ChangeException {
        for (var tag : tags.entrySet()) {
            boolean known = switch (tag.getKey()) {
                case FORMAT -> tag.getValue().equals("lambda") || tag.getValue().equals("cloudevents");
                case TLS -> tag.getValue().equals("on") || tag.getValue().equals("off");
                case String other -> !other.startsWith(OURS);
            };
            if (!known) {
                throw new ChangeException(Kind.INVALID, "Tags: '" + Fields.shown(tag.getKey()) + "' cannot be '" + Fields.shown(tag.getValue())
                        + "'; thaw:format takes lambda or cloudevents, thaw:tls takes on or off");
            }
        }
        if ("off".equals(tags.get(TLS)) && (access.serverCa().isPresent() || access.clientCertificate().isPresent())) {
            throw new ChangeException(Kind.INVALID, "Tags: thaw:tls is off, but SourceAccessConfigurations has a certificate");
        }
        if (tags.size() > Tags.MOST) {
            throw new ChangeException(Kind.INVALID, "Tags: an event source mapping has at most " + Tags.MOST);
        }
    }

    static EventFormat format(Map<String, String> tags) {
        return "cloudevents".equals(tags.get(FORMAT)) ? EventFormat.CLOUDEVENTS : EventFormat.LAMBDA;
    }

    /** With TLS where the tag says so, or says nothing and something else asks for it: as in Lambda, logins are encrypted unless told otherwise. */
    static KafkaAccess access(Map<String, String> tags, KafkaAccess access) {
        boolean asked = access.login().isPresent() || access.serverCa().isPresent() || access.clientCertificate().isPresent();
        boolean tls = tags.containsKey(TLS) ? tags.get(TLS).equals("on") : asked;
        return new KafkaAccess(tls, access.login(), access.serverCa(), access.clientCertificate());
    }
}
