/** What is done to a function's folder before it is packed: Maven, npm, Go, make, or what the manifest says. For the commands. */
package dev.thaw.deploy.build;
