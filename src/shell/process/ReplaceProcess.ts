/**
 * Replaces the shim's process by the real program, where the runtime can.
 */
import type { Program } from "./ChildProcess.ts"
import * as InheritedDescriptors from "./InheritedDescriptors.ts"

/** `process.execve`: Node 22.15 and 23.11 on; absent in the types of Node 20. */
type Execve = (file: string, args: ReadonlyArray<string>, env: NodeJS.ProcessEnv) => never

/**
 * Becomes the program: same process id, descriptors and signal dispositions. Returns where the runtime cannot, where it
 * would lose a descriptor, or where the program could not be started; the caller then starts it as a child, which also
 * finds out why it cannot.
 */
export const replace = (program: Program): void => {
  const { execve } = process as { readonly execve?: Execve }
  if (execve === undefined || InheritedDescriptors.marked().length > 0) return
  try {
    execve(program.file, [program.argv0, ...program.args], program.env)
  } catch {
    return
  }
}
