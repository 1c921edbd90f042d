/**
 * The stored help texts: `test/fixtures/help/<program>-<version>/<command words joined by _>.txt`.
 */
import { execFile } from "node:child_process"
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import * as HelpText from "../../src/core/argv/HelpText.ts"
import type { Program } from "./Generate.ts"

const execute = promisify(execFile)

/** All stored programs, the newest of each first. */
export const read = (directory: string): ReadonlyArray<Program> =>
  readdirSync(directory).sort((a, b) => b.localeCompare(a, "en", { numeric: true })).map((version) => ({
    version,
    texts: new Map(
      readdirSync(join(directory, version)).map((file) => [
        file.replace(/\.txt$/, ""),
        readFileSync(join(directory, version, file), "utf8")
      ])
    )
  }))

/** Stores one program's texts. */
export const write = (directory: string, program: Program): void => {
  const home = join(directory, program.version)
  rmSync(home, { recursive: true, force: true })
  mkdirSync(home, { recursive: true })
  for (const [command, text] of program.texts) writeFileSync(join(home, `${command}.txt`), text)
}

/** A docker CLI with the plugins of its suite, or without any. */
export interface Cli {
  readonly run: (words: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) => Promise<string>
  readonly close: () => void
}

/** The docker CLI of a suite that `scripts/engines/get-docker.sh` fetched; no daemon answers it. */
export const open = (suite: string, withPlugins: boolean): Cli => {
  const config = mkdtempSync(join(tmpdir(), "docker-shim-help-"))
  const plugins = join(suite, "bin", "cli-plugins")
  if (withPlugins && existsSync(plugins)) symlinkSync(plugins, join(config, "cli-plugins"))
  return {
    run: async (words, env = {}) => {
      // the home directory stands in default values
      const environment = { HOME: "/root", PATH: "/usr/bin:/bin", DOCKER_HOST: "unix:///nonexistent", ...env }
      const options = { env: { ...environment, DOCKER_CONFIG: config }, cwd: "/", timeout: 30_000 }
      try {
        const { stderr, stdout } = await execute(join(suite, "bin", "docker"), words, options)
        return `${stdout}${stderr}`.replaceAll(config, "/root/.docker")
      } catch (error) {
        // on a machine too busy for an answer half a text would be stored
        if (error instanceof Error && "killed" in error && error.killed === true) throw error
        return error instanceof Error && "stdout" in error && "stderr" in error
          ? `${String(error.stdout)}${String(error.stderr)}`
          : String(error)
      }
    },
    close: () => rmSync(config, { recursive: true, force: true })
  }
}

/** The help of a command and of all below it, by fixture name. `path` is such as `["compose"]`. */
export const collect = async (cli: Cli, path: ReadonlyArray<string>): Promise<ReadonlyMap<string, string>> => {
  const text = await cli.run([...path, "--help"])
  const help = HelpText.parse(text)
  const texts = new Map([[["docker", ...path].join("_"), text]])
  // one after the other: a hundred programs at once take longer than the limit of each
  for (const name of help.subcommands.filter((one) => one !== "help")) {
    for (const [command, below] of await collect(cli, [...path, name])) texts.set(command, below)
  }
  return texts
}

/** The programs that a CLI is and has as plugins, such as `docker-28.5.2`, `buildx-0.29.1`. */
export const versions = async (cli: Cli): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  for (
    const [program, words] of [["docker", ["--version"]], ["buildx", ["buildx", "version"]], ["compose", [
      "compose",
      "version"
    ]]] as const
  ) {
    const version = /^(?:Docker|github).*?(\d+\.\d+\.\d+)/.exec(await cli.run(words))?.[1]
    if (version !== undefined) found.push(`${program}-${version}`)
  }
  return found
}
