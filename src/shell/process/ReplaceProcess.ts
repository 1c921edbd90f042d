/**
 * Replaces the shim's process by the real program, in the stand-alone form.
 */
import * as Version from "../Version.ts"
import type { Command } from "./ChildProcess.ts"
import * as InheritedDescriptors from "./InheritedDescriptors.ts"

/** The executable's own `execve`. It throws an error if the program cannot be started, and leaves every signal as it was. */
type Execve = (file: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv) => never

/**
 * Becomes the program: same process id, descriptors and signal dispositions. Returns if it cannot, if it would lose a
 * descriptor, or if the program could not be started. The caller then starts it as a child, which also shows why it cannot.
 *
 * **Gotchas**
 *
 * Node has `process.execve` from 22.15 on, and it is not used: with it the program ignores SIGPIPE and SIGXFSZ, as Node does,
 * and if the program cannot be started, Node prints its stack and aborts (tried with 22.23.5 and 24.22.3).
 */
export const replace = (program: Command): void => {
  if (!Version.isStandalone) return
  const { execve } = process as { readonly execve?: Execve }
  if (execve === undefined || InheritedDescriptors.marked().length > 0) return
  try {
    execve(program.file, [program.argv0, ...program.args], program.env)
  } catch {
    return // started as a child, it says why it cannot
  }
}
