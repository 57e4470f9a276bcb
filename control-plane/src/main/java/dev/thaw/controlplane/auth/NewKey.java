package dev.thaw.controlplane.auth;

/**
 * A key that was just made.
 *
 * @param token what requests carry, {@code thaw_ID_SECRET}: it is not stored and cannot be shown again
 */
public record NewKey(ApiKey key, String token) {
    @Override
    public String toString() {
        return "NewKey[" + key.id() + "]";
    }
}
