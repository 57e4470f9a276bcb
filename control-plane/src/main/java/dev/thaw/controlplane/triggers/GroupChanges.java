package dev.thaw.controlplane.triggers;

import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** Failures of a commit that only say that the group has changed: the next poll joins it again. */
final class GroupChanges {
    private GroupChanges() {}

    static boolean isOne(Exception failure) {
        return failure instanceof CommitFailedException || failure instanceof RebalanceInProgressException
                || failure instanceof IllegalGenerationException || failure instanceof UnknownMemberIdException;
    }
}
