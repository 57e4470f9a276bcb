/**
 * What tests of several modules and {@code perf} start beside a Thaw server, no part of which uses it: Apache Kafka's own server as a process of
 * this machine ({@link dev.thaw.harness.LocalBroker}), and certificates ({@link dev.thaw.harness.PemFiles}).
 *
 * <p>The broker's jars come from Maven Central by the build of {@code control-plane/kafka-broker} and are on no class path but that process's. The
 * kill -9 of its process and its restart on the same data and port are what the tests are about; brokers of other releases, in containers, are
 * {@code ContainerBrokersTest}'s, where there is Docker.
 */
package dev.thaw.harness;
