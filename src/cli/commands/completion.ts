import { didYouMeanStop } from "../../config/nearest.ts";
import { UsageError } from "../../model/error.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { commandWords, shells, type CommandWords, type Shell } from "../completion/words.ts";
import { zshCompletion } from "../completion/zsh.ts";
import { exitCodes, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Invocation } from "../parse-arguments.ts";

const scripts: Readonly<Record<Shell, (commands: readonly CommandWords[]) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
};

/** `rampart completion SHELL`: a script that completes commands, options, their values and check ids without running Rampart. */
export async function completion({ operands }: Invocation, io: Io): Promise<ExitCode> {
  const [word = ""] = operands;
  const shell = shells.find((name) => name === word);
  if (shell === undefined) {
    throw new UsageError(
      `completion: ${word}: not a shell Rampart completes for${didYouMeanStop(word, shells)} There are ${shells.join(", ")}`,
    );
  }
  await io.out(scripts[shell](commandWords()));
  return exitCodes.clean;
}
