/**
 * Tests a function with JUnit Jupiter, through the loop that runs it in production: {@link dev.thaw.sdk.junit.TestFunction}, in this
 * JVM or in a microVM.
 */
package dev.thaw.sdk.junit;
