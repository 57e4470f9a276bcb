/**
 * What tests of several modules and {@code perf} start beside a Thaw server, no part of which uses it: Apache Kafka's own server as a process of
 * this machine ({@link dev.thaw.harness.LocalBroker}), and certificates ({@link dev.thaw.harness.PemFiles}).
 *
 * <p>The broker's jars come from Maven Central by the build of {@code control-plane/kafka-broker} and are on no class path but that process's. A container
 * (testcontainers) is not used even where there is Docker: it would be the same server, without the kill -9 of its process and the restart
 * on the same data and port that the tests are about, and a second way in which they can fail.
 */
package dev.thaw.harness;
