/**
 * An error a user can meet and mend: it names the thing, the cause and the next step, and is shown without a stack trace.
 * Anything else that is thrown is a bug in Rampart and ends with exit code 70.
 */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

/** Nothing was found to sign calls to a cloud with. A scan that named no cloud goes on with the others. */
export class MissingCredentials extends UsageError {
  override readonly name = "MissingCredentials";
}
