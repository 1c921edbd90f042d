/**
 * Translates the paths that the daemon opens in the words of one command, and no other.
 */
import * as Argv from "../../argv/Argv.ts"
import type { Command, CommandName } from "../../argv/CommandLine.ts"
import type { Change } from "../../ExecPlan.ts"
import type * as Facts from "../../Facts.ts"
import * as SourceTranslation from "../../paths/SourceTranslation.ts"
import type { Settings } from "../../Settings.ts"
import * as DeviceSpec from "../../syntax/DeviceSpec.ts"
import * as MountOption from "../../syntax/MountOption.ts"
import * as VolumeDriverOption from "../../syntax/VolumeDriverOption.ts"
import * as VolumeSpec from "../../syntax/VolumeSpec.ts"
import * as Revision from "../Revision.ts"
import * as SourceContext from "./SourceContext.ts"

/**
 * A syntax in which a flag's value may hold one path of the daemon's: finds it, and puts another in its place;
 * `undefined` where there is none, or where the syntax cannot hold the other one.
 */
interface Syntax {
  readonly source: (text: string) => string | undefined
  readonly withSource: (text: string, source: string) => string | undefined
}

type Syntaxes = ReadonlyMap<string, Syntax>

const container: Syntaxes = new Map<string, Syntax>([
  ["volume", VolumeSpec],
  ["mount", MountOption],
  ["device", DeviceSpec]
])

/** Which flags of which command hold a path that the daemon opens: docker/cli 28.5.2 and 26.1.5, see FACTS A. */
const syntaxes: Partial<Readonly<Record<CommandName, Syntaxes>>> = {
  "run": container,
  "create": container,
  "volume create": new Map([["opt", VolumeDriverOption]]),
  "service create": new Map([["mount", MountOption]]),
  "service update": new Map([["mount-add", MountOption]])
}

/**
 * A command's tokens with the daemon's paths in them translated.
 *
 * **Details**
 *
 * `--use-api-socket` binds the socket's path literally, which cannot be given another; a notice says so where the
 * settings name the session's own.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  command: CommandName,
  tokens: ReadonlyArray<Argv.Token>,
  settings: Settings,
  cwd: string,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  const flags = syntaxes[command]
  if (flags === undefined) return Revision.of(tokens)
  const context = SourceContext.make(settings, cwd, facts)
  const revised = Revision.all(tokens, (token) => reviseToken(flags, token, context))
  return settings.daemonSocket !== undefined && Argv.boolean(tokens, "use-api-socket") === true
    ? { ...revised, notices: [...revised.notices, { text: apiSocketNotice }] }
    : revised
}

/**
 * The tokens of a Compose command with the daemon's paths in them translated: those of `compose run --volume`, which
 * Compose reads as docker does, relative ones against the working directory (docker/compose 2.40.3, run).
 *
 * @category planning
 * @since 0.1.0
 */
export const reviseRun = (
  command: Command,
  tokens: ReadonlyArray<Argv.Token>,
  settings: Settings,
  cwd: string,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<Argv.Token>> => {
  if (command._tag !== "ComposeCommand" || command.name !== "run") return Revision.of(tokens)
  const context = SourceContext.make(settings, cwd, facts)
  return Revision.all(tokens, (token) => reviseToken(composeRun, token, context))
}

const composeRun: Syntaxes = new Map([["volume", VolumeSpec]])

const apiSocketNotice =
  "--use-api-socket gives the container the daemon's /var/run/docker.sock, not DOCKER_SHIM_DAEMON_SOCKET; "
  + "bind /var/run/docker.sock with --volume instead"

const reviseToken = (
  flags: Syntaxes,
  token: Argv.Token,
  context: SourceTranslation.Context
): Revision.Revision<Argv.Token> => {
  const name = token._tag === "Option" ? token.flags.at(-1)?.name ?? "" : ""
  const syntax = flags.get(name)
  const value = token._tag === "Option" ? Argv.valueOf(token) : undefined
  if (token._tag !== "Option" || syntax === undefined || value === undefined) return Revision.of(token)
  const source = syntax.source(value)
  if (source === undefined) return Revision.of(token)
  const translation = SourceTranslation.translate(source, context)
  switch (translation._tag) {
    case "Unchanged":
      return Revision.of(token)
    case "Asks":
      return Revision.of(token, {
        questions: translation.paths.map((path) => ({ _tag: "RealPath", path }) as const)
      })
    case "Translated": {
      const translated = syntax.withSource(value, translation.source)
      return translated === undefined
        ? Revision.of(token, {
          notices: [{
            text: `--${name} ${value}: the daemon's path ${translation.source} cannot be written there; use --mount`
          }]
        })
        : Revision.of(Argv.withValue(token, translated), {
          changes: [{ what: `--${name}`, from: value, to: translated, why: translation.why } satisfies Change]
        })
    }
  }
}
