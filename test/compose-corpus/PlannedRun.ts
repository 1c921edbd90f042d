/**
 * What the built program would run for a command, made ready for another subcommand to be run in its place.
 */
import { mkdtempSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Client from "../real-docker/Client.ts"
import type { Session } from "../real-docker/Session.ts"

/** A program with its words and what changes in its environment. */
export interface PlannedRun {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What `docker-shim explain --json` prints, as far as it is needed here. */
interface Explained {
  readonly file: string
  readonly args: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly files: ReadonlyArray<{ readonly placeholder: string; readonly content: string }>
}

/**
 * Asks the program at `shim` what `<called> <before> <command>` runs, such as `docker compose` or `docker-compose`, writes its
 * temporary files below the session's directory and puts `instead` in the place of `command`. Beside `shim` are links of the
 * names that are called.
 */
export const plan = async (
  session: Session,
  shim: string,
  called: ReadonlyArray<string>,
  before: ReadonlyArray<string>,
  command: ReadonlyArray<string>,
  instead: ReadonlyArray<string>,
  options: Client.RunOptions
): Promise<PlannedRun> => {
  const words = ["explain", "--json", "--", ...called, ...before, ...command]
  const explained = JSON.parse(Client.stdoutOf(await session.run(shim, words, options))) as Explained
  // explaining does not make the file that says the project's name; a run does
  if (JSON.stringify([explained.args, explained.env]).includes("/docker-shim/projects/")) {
    const [program = "", ...words] = called
    await session.run(join(dirname(shim), program), [...words, ...before, ...command], options)
  }
  const kept = explained.args.slice(0, explained.args.length - command.length)
  if (explained.args.slice(kept.length).join("\0") !== command.join("\0")) {
    throw new Error(`the plan does not end in ${command.join(" ")}: ${explained.args.join(" ")}`)
  }
  const directory = mkdtempSync(join(session.directory, "plan-"))
  const placed = explained.files.map(({ content, placeholder }, at) => {
    const file = join(directory, `${at}.yaml`)
    writeFileSync(file, content)
    return [placeholder, file] as const
  })
  const fill = (text: string) => placed.reduce((so, [placeholder, file]) => so.replaceAll(placeholder, file), text)
  return {
    file: explained.file,
    args: [...kept.map(fill), ...instead],
    env: Object.fromEntries(
      Object.entries(explained.env).map(([name, value]) => [name, value === null ? undefined : fill(value)])
    )
  }
}
