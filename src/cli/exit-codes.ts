/** What the process tells its caller. The report's format never changes it. */
export const exitCodes = {
  clean: 0,
  /** Findings at or above --fail-on. */
  findings: 1,
  /** Wrong arguments, configuration or credentials. */
  usage: 2,
  /** Something could not be read; outranks `findings`. */
  incomplete: 3,
  /** A bug in Rampart. */
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
