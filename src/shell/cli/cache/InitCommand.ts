/**
 * `docker-shim cache init --root DIR`: makes the cache directory on the machine that sessions run on.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as path from "node:path"
import * as CacheMount from "../../../core/cache/CacheMount.ts"
import * as CacheSetup from "../../cache/CacheSetup.ts"
import * as CommandPage from "../CommandPage.ts"
import * as OptionValue from "../OptionValue.ts"
import { Output } from "../Output.ts"
import * as CacheContext from "./CacheContext.ts"

const root: CommandPage.OptionPage = {
  name: "root",
  value: "DIR",
  text: "The directory in which buildkit-cache is made (required)"
}
const scope: CommandPage.OptionPage = {
  name: "scope",
  value: "NAME",
  text: "Make buildkit-cache-NAME instead, for sessions that trust one another"
}
const mode: CommandPage.OptionPage = {
  name: "mode",
  value: "MODE",
  text: "Permission bits, octal, without the sticky bit (default 0755); 0777 for sessions of several users"
}
const owner: CommandPage.OptionPage = {
  name: "owner",
  value: "UID[:GID]",
  text: "The owner: the user of the sessions"
}
const repair: CommandPage.OptionPage = { name: "repair", text: "Change modes and owners of what is there already" }
const json: CommandPage.OptionPage = { name: "json", text: "Print the result for programs" }

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "init",
  words: "--root DIR [OPTIONS]",
  summary: "Make a shared cache directory, DIR/buildkit-cache",
  details: [
    "You can run it again: if an existing directory differs from what you ask for, it changes that with --repair, and ends "
    + "with status 1 without. 'docker-shim mounts --root DIR' shows how to mount it into sessions."
  ],
  options: [root, scope, mode, owner, repair, json],
  examples: [
    "docker-shim cache init --root /data --owner 1000:1000",
    "docker-shim cache init --root /data --scope team-a"
  ]
}

/** The subcommand `cache init`. */
export const make = () =>
  Command.make(page.name, {
    root: CommandPage.required(root),
    scope: CommandPage.given(scope),
    mode: CommandPage.given(mode),
    owner: CommandPage.given(owner),
    repair: CommandPage.isOn(repair),
    json: CommandPage.isOn(json)
  }, (options) =>
    Effect.gen(function*() {
      const output = yield* Output
      const setup: CacheSetup.CacheSetup = {
        root: path.resolve(options.root),
        scope: yield* OptionValue.readScope(options.scope),
        repair: options.repair,
        mode: yield* OptionValue.read(
          "mode",
          options.mode,
          parseMode,
          CacheSetup.defaultMode,
          "give octal bits without the sticky bit (which keeps users from replacing one another's entries), such as 0777"
        ),
        owner: yield* OptionValue.read("owner", options.owner, parseOwner, undefined, "give numbers, such as 1000:1000")
      }
      const { source } = CacheMount.of(setup.root, { scope: setup.scope })
      const result = yield* CacheContext.attempt(source, () => CacheSetup.init(setup))
      if (result.wrong.length > 0) yield* output.end(1)
      if (options.json) return yield* output.json(result)
      const lines = [
        ...result.done,
        ...result.wrong,
        ...(result.done.length + result.wrong.length === 0
          ? [`${result.directory} is there already, as you asked`]
          : [])
      ]
      yield* output.say(...lines)
    })).pipe(Command.withDescription(page.summary))

/** With the sticky bit sessions of several users could neither replace nor collect one another's entries. */
const parseMode = (text: string): number | undefined =>
  /^0?[0246]?[0-7]{3}$/.test(text) ? Number.parseInt(text, 8) : undefined

const parseOwner = (text: string): { readonly uid: number; readonly gid: number } | undefined => {
  if (!/^\d+(?::\d+)?$/.test(text)) return undefined
  const [uid = "", gid = uid] = text.split(":")
  return { uid: Number(uid), gid: Number(gid) }
}
