/** What the server measures of itself, as one Prometheus page. Used by {@code functions} and {@code http}. */
package dev.thaw.controlplane.metrics;
