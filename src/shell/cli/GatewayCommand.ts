/**
 * `docker-shim gateway`: the translation for every client that speaks to Docker's socket.
 */
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import * as SourceTranslation from "../../core/paths/SourceTranslation.ts"
import * as Settings from "../../core/settings/Settings.ts"
import * as Reporter from "../fast-path/Reporter.ts"
import { attempt } from "../files/Attempt.ts"
import * as FoundSettings from "../gateway/FoundSettings.ts"
import * as Gateway from "../gateway/Gateway.ts"
import * as GatewayTranslator from "../gateway/GatewayTranslator.ts"
import * as Place from "../gateway/Place.ts"
import * as Presence from "../gateway/Presence.ts"
import { EngineInfo } from "../services/EngineInfo.ts"
import { version } from "../Version.ts"
import type * as Call from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"

const listen: CommandPage.OptionPage = {
  name: "listen",
  value: "SOCKET",
  text: "Where clients connect (default unix:///run/docker-shim/docker.sock)"
}
const to: CommandPage.OptionPage = {
  name: "to",
  value: "SOCKET",
  text: "The daemon's socket (default unix:///var/run/docker.sock)"
}
const mode: CommandPage.OptionPage = {
  name: "mode",
  value: "MODE",
  text: "The mode of the gateway's socket, such as 660 (default: the mode of the daemon's socket)"
}
const group: CommandPage.OptionPage = {
  name: "group",
  value: "GROUP",
  text: "The group of the gateway's socket, by name or number (default: the group of the daemon's socket)"
}

/** The page of the command. */
export const page: CommandPage.CommandPage = {
  name: "gateway",
  words: "[--listen SOCKET] [--to SOCKET] [--mode MODE] [--group GROUP]",
  summary: "Translate paths for programs that use Docker's socket directly",
  details: [
    "Needs the Node form. Runs until you stop it. Clients such as Testcontainers, dockerode or the Python SDK use it if "
    + "DOCKER_HOST names its socket. It translates the paths in their requests, by the settings and rules of the command "
    + "line, and passes everything else on unread."
  ],
  options: [listen, to, mode, group],
  examples: ["docker-shim gateway", "docker-shim gateway --listen unix:///run/user/1000/docker.sock"]
}

/** How long running requests may take to end after SIGTERM, in milliseconds: everything ends within 10 seconds. */
const patience = 9_000

/** The subcommand `gateway`. */
export const make = (call: Call.Call) =>
  Command.make(page.name, {
    listen: CommandPage.required(listen).pipe(Options.withDefault(`unix://${Place.usual}`)),
    to: CommandPage.required(to).pipe(Options.withDefault("unix:///var/run/docker.sock")),
    mode: CommandPage.given(mode),
    group: CommandPage.given(group)
  }, (options) =>
    Effect.gen(function*() {
      if (!Gateway.isAvailable) {
        return yield* refused(
          "the stand-alone executable has no gateway; run the Node form: node docker-shim.cjs gateway"
        )
      }
      const settings = Settings.decode(call.invocation.env, call.invocation.machine)
      if ("_tag" in settings) return yield* Effect.fail(settings)
      const place = yield* socketOf(options.listen, listen)
      const daemon = yield* socketOf(options.to, to)
      const own = { mode: yield* modeOf(options.mode), group: yield* groupOf(options.group) }
      const report = (line: string): void => Reporter.notices(settings.verbosity, [line])
      const found = FoundSettings.make(yield* EngineInfo.make, settings, daemon, call.invocation.env, report)
      if (!SourceTranslation.mapsPaths(settings)) {
        report("no mapping is set (WORKSPACE_DIR): the gateway changes no request")
      }
      const gateway = yield* Effect.tryPromise({
        try: () =>
          Gateway.start({
            listen: { path: place, like: daemon, ...own },
            daemon,
            report,
            translator: GatewayTranslator.make(found, place),
            presence: () => Presence.print({ version, daemon: `unix://${daemon}`, mappings: found.last().mappings })
          }),
        catch: (error) => refusal(error instanceof Error ? error.message : String(error))
      })
      // whoever is told that it is ready may stop it at once
      const stopped = untilStopped()
      report(`listening at unix://${place}, for the daemon at unix://${daemon}`)
      Presence.notify("--ready")
      // what was found is there for `doctor`, and said, before a client comes
      yield* Effect.promise(() => Promise.race([found.current(), stopped]))
      yield* Effect.promise(() => stopped)
      Presence.notify("--stopping")
      yield* Effect.promise(() => gateway.close(patience))
    })).pipe(Command.withDescription(page.summary))

/** The path of `unix:///run/docker.sock`, or of an absolute path as it is. */
const socketOf = (text: string, option: CommandPage.OptionPage): Effect.Effect<string, Call.UsageError> => {
  const path = text.startsWith("unix://") ? text.slice("unix://".length) : text
  return path.startsWith("/")
    ? Effect.succeed(path)
    : Effect.fail({
      _tag: "UsageError",
      text: `--${option.name} ${text}: give a socket, such as unix:///run/docker.sock`
    })
}

const refusal = (reason: string): Call.Refused => ({ _tag: "Refused", reasons: [reason] })

const refused = (reason: string): Effect.Effect<never, Call.Refused> => Effect.fail(refusal(reason))

/** Until SIGTERM or SIGINT, from now on. */
const untilStopped = (): Promise<void> =>
  new Promise((resolve) => {
    process.once("SIGTERM", () => resolve()).once("SIGINT", () => resolve())
  })

const usage = (option: CommandPage.OptionPage, value: string, wanted: string): Effect.Effect<never, Call.UsageError> =>
  Effect.fail({ _tag: "UsageError", text: `--${option.name} ${value}: ${wanted}` })

const modeOf = (text: Option.Option<string>): Effect.Effect<number | undefined, Call.UsageError> =>
  Option.match(text, {
    onNone: () => Effect.succeed(undefined),
    onSome: (value) =>
      /^0?[0-7]{3}$/.test(value)
        ? Effect.succeed(parseInt(value, 8))
        : usage(mode, value, "give a mode, such as 660")
  })

const groupOf = (text: Option.Option<string>): Effect.Effect<number | undefined, Call.UsageError> =>
  Option.match(text, {
    onNone: () => Effect.succeed(undefined),
    onSome: (value) => {
      const known = /^[0-9]+$/.test(value) ? value : numberOf(value)
      return known === undefined
        ? usage(group, value, "there is no such group in /etc/group")
        : Effect.succeed(Number(known))
    }
  })

/** The number of a group of the machine's: group(5). */
const numberOf = (name: string): string | undefined =>
  (attempt(() => fs.readFileSync("/etc/group", "utf8")) ?? "").split("\n").map((line) => line.split(":"))
    .find(([one]) => one === name)?.[2]
