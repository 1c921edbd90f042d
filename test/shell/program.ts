/**
 * Runs the built program under a name, as a user would.
 */
import { spawn, type SpawnOptions } from "node:child_process"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { text } from "node:stream/consumers"
import { fileURLToPath } from "node:url"

/** Which form of the program is tested: the one for Node, or the stand-alone executable (`DOCKER_SHIM_FORM=standalone`). */
export const form = process.env["DOCKER_SHIM_FORM"] === "standalone" ? "standalone" : "node"

/** The directory of the repository. */
export const repository = fileURLToPath(new URL("../..", import.meta.url))

/** Whether the stand-alone executable is the one that looks for its own mistakes (`npm run test:full sanitized`). */
export const isSanitized = process.env["DOCKER_SHIM_SANITIZED"] === "1"

/**
 * Whether it is the one for arm64, which qemu runs (`npm run test:full arm64`). qemu makes a fork of `vfork`, so that the child
 * cannot tell its parent why a program does not start, and forgets at `execve` which signals were ignored.
 */
export const isEmulated = process.env["DOCKER_SHIM_EMULATED"] === "1"

const executable = isSanitized ? "docker-shim-sanitized" : isEmulated ? "docker-shim-linux-arm64" : "docker-shim"

/** The built program. */
export const built = path.join(repository, "dist", form === "node" ? "docker-shim.cjs" : executable)

/** The generations to try the program with: the stand-alone executable, whose plans are the same ones, with one, unless both are asked for. */
export const generations = form === "node" || process.env["DOCKER_SHIM_GENERATIONS"] === "both"
  ? (["28.5", "26.1"] as const)
  : (["28.5"] as const)

/** The words that start the program by one of its files, also where `node` is not on `PATH`. */
export const starting = (file: string): readonly [string, ...ReadonlyArray<string>] =>
  form === "standalone" ? [file] : [process.execPath, file]

/** The fake programs. */
export const fixtures = fileURLToPath(new URL("../fixtures/bin", import.meta.url))

/** How a program ended, and what it printed. */
export interface Ran {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A directory that is removed when the test file is done, with links to the shim under the names asked for. */
export const shimDirectory = (
  ...names: ReadonlyArray<string>
): { readonly directory: string; readonly remove: () => void } => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "docker-shim-test-"))
  for (const name of names) fs.symlinkSync(built, path.join(directory, name))
  return { directory, remove: () => fs.rmSync(directory, { recursive: true, force: true }) }
}

/** Such a directory with a copy of the program, for users who may not look into the checkout. */
export const readableShimDirectory: typeof shimDirectory = (...names) => {
  const shim = shimDirectory()
  fs.chmodSync(shim.directory, 0o755)
  const copy = copyBuilt(shim.directory)
  for (const name of names) fs.symlinkSync(copy, path.join(shim.directory, name))
  return shim
}

/** Copies the built program, with what it loads, to `dist` below a directory; gives its file. */
export const copyBuilt = (directory: string): string => {
  const copy = path.join(directory, "dist", path.basename(built))
  fs.cpSync(built, copy)
  fs.cpSync(path.join(repository, "dist/chunks"), path.join(directory, "dist/chunks"), { recursive: true })
  fs.cpSync(path.join(repository, "package.json"), path.join(directory, "package.json"))
  return copy
}

/** Runs a program to its end. */
export const run = async (file: string, args: ReadonlyArray<string>, options: SpawnOptions = {}): Promise<Ran> => {
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"], ...options })
  const printed = Promise.all([
    child.stdout === null ? "" : text(child.stdout),
    child.stderr === null ? "" : text(child.stderr)
  ])
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.once("error", reject)
    child.once("close", (...ended) => resolve(ended))
  })
  const [stdout, stderr] = await printed
  return { code, signal, stdout, stderr }
}
