/**
 * What {@code org.crac} finds behind its interface when the system property {@code org.crac.Core.Compat} names this package, which the
 * runtime loop sets. The names of these classes and methods are org.crac's to choose; functions use {@code org.crac} itself.
 */
package dev.thaw.sdk.crac;
