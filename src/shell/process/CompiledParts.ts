/**
 * Compiles the parts of the program for Node ahead, as `docker-shim install` and the build do.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import * as v8 from "node:v8"
import * as SystemError from "../files/SystemError.ts"
import * as ProgramPart from "./ProgramPart.ts"

/** Where the parts of the program with this file are. */
const directoryOf = (shim: string): string => path.join(path.dirname(shim), "chunks")

/**
 * Compiles for this Node what is not compiled yet; returns a line for the user if there was anything to do. A dry run only returns the line.
 *
 * **Details**
 *
 * The compiled code lies beside the parts: whoever can change it can change the program itself. A command that starts meanwhile finds
 * a whole file or none.
 */
export const make = (shim: string, isDry: boolean): string | undefined => {
  const directory = directoryOf(shim)
  try {
    const parts = fs.readdirSync(directory).filter((name) => name.endsWith(ProgramPart.ending)).map((name) =>
      path.join(directory, name)
    ).filter((part) => !fs.existsSync(ProgramPart.compiledFile(part)))
    if (!isDry) { for (const part of parts) write(ProgramPart.compiledFile(part), compile(part)) }
    return parts.length === 0 ? undefined : `compile ${directory} for Node ${process.version}`
  } catch (error) {
    return `note: docker starts more slowly, as the shim could not be compiled: ${
      SystemError.describe(error, directory)
    }`
  }
}

/** Removes the compiled code for every Node; returns a line for the user if there is any. A dry run only returns the line. */
export const remove = (shim: string, isDry: boolean): string | undefined => {
  const directory = directoryOf(shim)
  try {
    const compiled = fs.readdirSync(directory).filter((name) => name.endsWith(ProgramPart.compiledEnding))
    if (!isDry) { for (const name of compiled) fs.rmSync(path.join(directory, name)) }
    return compiled.length === 0 ? undefined : `remove compiled code in ${directory}`
  } catch (error) {
    return `note: compiled code is left: ${SystemError.describe(error, directory)}`
  }
}

/** The code of all of a part's functions, not only of those that V8 expects to be called. */
const compile = (part: string): Buffer => {
  const source = fs.readFileSync(part, "latin1")
  // V8 takes only code that was written out under its usual flags
  return wholly(() => ProgramPart.script(part, source)).createCachedData()
}

const wholly = <A>(call: () => A): A => {
  // without the second, V8 would give what this process has of a part that it runs itself
  for (const flag of ["--no-lazy", "--no-compilation-cache"]) v8.setFlagsFromString(flag)
  try {
    return call()
  } finally {
    for (const flag of ["--lazy", "--compilation-cache"]) v8.setFlagsFromString(flag)
  }
}

const write = (file: string, content: Buffer): void => {
  const partial = `${file}.${String(process.pid)}.partial`
  try {
    fs.writeFileSync(partial, content, { flag: "wx", flush: true })
    // other users read it, whatever the umask
    fs.chmodSync(partial, 0o644)
    fs.renameSync(partial, file)
  } finally {
    fs.rmSync(partial, { force: true })
  }
}
