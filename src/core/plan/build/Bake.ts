/**
 * Says that a build by `docker bake` does not share the cache.
 */
import * as CommandLine from "../../argv/CommandLine.ts"
import type { CacheSettings } from "../../settings/CacheSettings.ts"
import * as Planning from "../Planning.ts"

/**
 * One line for `docker bake` and `docker buildx bake`, whose targets get no cache; nothing for any other command.
 *
 * **Details**
 *
 * Silent if the user decided: cache switched off, cache entries of their own in `--set`, or a call that builds nothing
 * (`--print`, `--check`, `--call`, `--list`, `--help`).
 */
export const notice = (line: CommandLine.CommandLine, settings: CacheSettings): Planning.Planning<undefined> => {
  const { command } = line
  if (command._tag !== "Other" || !names.has(command.path.join(" "))) return Planning.of(undefined)
  if (settings.use === "off" || CommandLine.isHelp(line) || isDecided(line)) return Planning.of(undefined)
  const what = `docker ${command.path.join(" ")}`
  return Planning.gain({
    notices: [{
      text: `build cache not shared: ${what} gets no cache from docker-shim; docker build and docker compose build do`
    }],
    leftAlone: [{ what, value: "", why: "docker-shim gives bake no cache" }]
  })
}

/** `f` is buildx's other name of it (docker/buildx v0.29.1, `commands/bake.go`); `docker bake` is docker/cli's since 28. */
const names: ReadonlySet<string> = new Set(["bake", "buildx bake", "builder bake", "buildx f", "builder f"])

const isDecided = ({ tokens }: CommandLine.CommandLine): boolean =>
  tokens.some((token) => token._tag === "Rest" && token.words.some((word) => decided.test(word)))

const decided = /^(?:--(?:print|check|help|list|call)(?:=|$)|-h$|(?:--set=)?[^=]*\.cache-(?:from|to)\b)/
