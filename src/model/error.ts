/**
 * An error a user can meet and mend: it names the thing, the cause and the next step, and is shown without a stack trace.
 * Anything else that is thrown is a bug in Rampart and ends with exit code 70.
 */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
