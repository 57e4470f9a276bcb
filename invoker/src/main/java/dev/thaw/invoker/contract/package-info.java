/**
 * What a function and its host say to each other: the Lambda Runtime API on the guest's loopback, or standard input and output.
 *
 * <p>A {@link dev.thaw.invoker.contract.Contract} belongs to one VM. It knows when the function stands ready for an event (the moment
 * to freeze), hands one event over, and says what came back. Everything that comes from the guest is hostile. For the invoker only.
 */
package dev.thaw.invoker.contract;
