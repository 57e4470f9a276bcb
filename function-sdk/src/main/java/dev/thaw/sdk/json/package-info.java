/**
 * From bytes to the types of a handler and back. Jackson is used where the function brings it, and never touched where it does not.
 * For the runtime loop.
 */
package dev.thaw.sdk.json;
