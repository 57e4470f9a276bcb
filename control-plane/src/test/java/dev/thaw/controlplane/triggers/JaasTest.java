package dev.thaw.controlplane.triggers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.junit.jupiter.api.Test;

class JaasTest {
    @Test
    void kafkaReadsWhatWasWrittenWhateverThePasswordHolds() {
        for (String password : List.of("plain", "with space", "a\"; evil=\"b", "back\\slash", "line\nend", "tab\t", "ünïcode", "';#/*", "\u0001\u001f7", "\\123")) {
            String config = Jaas.of(KafkaAccess.Mechanism.SCRAM_SHA_512, new Secrets.Login("al\"ice", password));
            Map<String, ?> options = JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(config)))
                    .configurationEntries().getFirst().getOptions();
            assertEquals(Map.of("username", "al\"ice", "password", password), options);
        }
    }
}
