/**
 * EventBridge's pattern language, as Lambda filters records with it: {@link dev.thaw.controlplane.triggers.filter.EventPattern} is read from
 * JSON once and held against many values. Pure; knows nothing of Kafka. For {@code triggers}.
 */
package dev.thaw.controlplane.triggers.filter;
