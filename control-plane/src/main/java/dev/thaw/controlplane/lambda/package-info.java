/**
 * Lambda's REST API at its own paths, over {@code functions}: names, shapes, limits and errors of AWS's service model of 2015-03-31.
 *
 * <p>{@link dev.thaw.controlplane.lambda.LambdaApi} is the way in, for {@code http}'s table of routes: it has one line an operation. What an
 * operation does not support is refused by the name of its field, never ignored; so are operations. Invoke itself is in {@code http}.
 */
package dev.thaw.controlplane.lambda;
