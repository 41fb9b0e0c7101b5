/** What the process tells its caller. The report's format never changes it. */
export const exitCodes = {
  clean: 0,
  /** Findings at or above --fail-on. */
  findings: 1,
  /** Wrong arguments, configuration or credentials. */
  usage: 2,
  /** --strict-suppressions: a suppression is to be looked at, which is a fault of the configuration. */
  stale: 2,
  /** Something could not be read; outranks `findings`. */
  incomplete: 3,
  /** A bug in Rampart. */
  bug: 70,
  /** By Ctrl-C, or by SIGTERM alike (a service manager, a pod that is stopped): what was read is reported, so it is one and the same end. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
