/**
 * `docker-shim install`: puts the shim in front of docker; `docker-shim uninstall` takes it out again.
 */
import * as Command from "@effect/cli/Command"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Remembered from "../files/Remembered.ts"
import * as Installation from "../install/Installation.ts"
import * as InstallPlan from "../install/InstallPlan.ts"
import * as Renewal from "../install/Renewal.ts"
import { bare, type InstallRecord, type Request, type Site } from "../install/Site.ts"
import * as Step from "../install/Step.ts"
import * as Survey from "../install/Survey.ts"
import * as CompiledParts from "../process/CompiledParts.ts"
import type { Call, Refused } from "./Call.ts"
import * as CommandPage from "./CommandPage.ts"
import { Output } from "./Output.ts"

const directory: CommandPage.OptionPage = {
  name: "dir",
  value: "DIRECTORY",
  text: "Where to put docker (default: a directory that comes before the real one on PATH)"
}
const pluginDirectory: CommandPage.OptionPage = {
  name: "plugin-dir",
  value: "DIRECTORY",
  text: "Where to put the Compose plugin (default: a directory that docker searches before the real one's)"
}
const inPlace: CommandPage.OptionPage = {
  name: "in-place",
  text: "Rename the real docker to docker.real and take its place (for images); replaces older wrappers"
}
const dryRun: CommandPage.OptionPage = { name: "dry-run", text: "Only print the steps" }
const root: CommandPage.OptionPage = {
  name: "root",
  value: "DIRECTORY",
  text: "Install below this directory, such as an unpacked image"
}

const uninstallRoot: CommandPage.OptionPage = {
  name: "root",
  value: "DIRECTORY",
  text: "Uninstall below this directory, such as an unpacked image"
}

/** The help page of `install`. */
export const page: CommandPage.CommandPage = {
  name: "install",
  words: "[OPTIONS]",
  summary: "Put the shim in front of docker and docker compose",
  details: [
    "Changes no existing file, unless you pass --in-place. Prints each step, does all of them or none, and records them for "
    + "uninstall.",
    "To repair a broken installation, run it again. To update, run it from the new build; commands may run meanwhile."
  ],
  options: [directory, pluginDirectory, inPlace, dryRun, root],
  examples: [
    "docker-shim install --dry-run",
    "docker-shim install --dir ~/.local/bin",
    "docker-shim install --in-place"
  ]
}

/** The help page of `uninstall`. */
export const uninstallPage: CommandPage.CommandPage = {
  name: "uninstall",
  words: "[OPTIONS]",
  summary: "Remove the shim and put docker back as it was; the shared cache stays",
  options: [dryRun, uninstallRoot],
  examples: ["docker-shim uninstall --dry-run"]
}

/** The subcommand `install`. */
export const make = (call: Call) =>
  Command.make(page.name, {
    directory: CommandPage.given(directory),
    pluginDirectory: CommandPage.given(pluginDirectory),
    isInPlace: CommandPage.isOn(inPlace),
    isDry: CommandPage.isOn(dryRun),
    root: CommandPage.given(root)
  }, (options) => {
    const absolute = (given: Option.Option<string>): string | undefined =>
      Option.getOrUndefined(Option.map(given, (one) => path.resolve(call.invocation.cwd, one)))
    const request = {
      directory: absolute(options.directory),
      pluginDirectory: absolute(options.pluginDirectory),
      isInPlace: options.isInPlace
    }
    return withRoot(call, options.root, (below) => install(call, below, request, options.isDry))
  }).pipe(Command.withDescription(page.summary))

/** The subcommand `uninstall`. */
export const makeUninstall = (call: Call) =>
  Command.make(
    uninstallPage.name,
    { isDry: CommandPage.isOn(dryRun), root: CommandPage.given(uninstallRoot) },
    (options) => withRoot(call, options.root, (below) => uninstall(call, below, options.isDry))
  ).pipe(Command.withDescription(uninstallPage.summary))

/** The root with its links followed, empty for the machine itself. The shim has to be below it, so that it is found there. */
const withRoot = <A, E, R>(
  call: Call,
  given: Option.Option<string>,
  then: (root: string) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | Refused, R> => {
  if (Option.isNone(given)) return then("")
  const root = path.resolve(call.invocation.cwd, given.value)
  if (!fs.existsSync(root)) return refuse([`${root} does not exist`])
  const real = fs.realpathSync(root)
  return call.shim.startsWith(`${real}/`)
    ? then(real)
    : refuse([`${call.shim} is not below ${root}; copy docker-shim there first, and run that`])
}

const install = Effect.fn("install")(function*(call: Call, root: string, request: Request, isDry: boolean) {
  const output = yield* Output
  const site = Survey.site(root, call.invocation.env, call.shim, request)
  const before = Installation.read(root, site.stateDirectory)
  if (before._tag === "Unreadable") return yield* refuse([unreadable(before)])
  if (before._tag === "Installed") return yield* renew(call, root, site, before.record, request, isDry)
  const ofAll = site.isSuperuser ? before : Installation.read(root, Survey.stateOfAll)
  if (Renewal.isBare(request) && ofAll._tag !== "NotInstalled") return yield* installedForAll(root, site, ofAll)
  const plan = InstallPlan.plan(site, request)
  if (plan._tag === "Refused") return yield* refuse(plan.reasons)
  const lines: Array<string> = isDry ? plan.steps.map(Step.print) : []
  const failed = isDry
    ? undefined
    : Installation.install(root, site.stateDirectory, request, plan.steps, (step) => lines.push(Step.print(step)))
  if (failed === undefined) lines.push(...compile(call, isDry))
  yield* output.say(...lines, ...plan.notes.map((note) => `note: ${note}`))
  if (failed !== undefined) {
    return yield* refuse([`could not ${Step.print(failed.step)}: ${failed.why}; what was done is undone`])
  }
  yield* output.say(isDry ? "nothing was done (--dry-run)" : "installed; see 'docker-shim doctor'")
})

/** The Node form starts faster if it was compiled ahead. */
const compile = (call: Call, isDry: boolean): ReadonlyArray<string> => lineOf(CompiledParts.make(call.shim, isDry))

const lineOf = (line: string | undefined): ReadonlyArray<string> => line === undefined ? [] : [line]

const unreadable = ({ why }: { readonly why: string }): string =>
  `${why}: nobody can tell what was installed; run this as root, or remove that file and the files that it listed`

/** The answer to an ordinary user's `install` if root has installed the shim for all users. */
const installedForAll = (
  root: string,
  site: Site,
  recorded: Exclude<Installation.Recorded, { readonly _tag: "NotInstalled" }>
): Effect.Effect<void, Refused, Output> => {
  if (recorded._tag === "Unreadable") return refuse([unreadable(recorded)])
  const { record } = recorded
  const what = Installation.isWhole(root, record)
    ? Renewal.isOtherBuild(root, site, record) ? "is another build than this one" : undefined
    : "is damaged"
  return what === undefined
    ? Effect.flatMap(Output, (output) => output.say("installed for all users already; nothing to do"))
    : refuse([`the installation for all users ${what}; run '${site.shim.file} install' as root`])
}

const renew = Effect.fn("renew")(function*(
  call: Call,
  root: string,
  site: Site,
  record: InstallRecord,
  request: Request,
  isDry: boolean
) {
  const output = yield* Output
  const renewal = Renewal.plan(root, site, record, request)
  if (renewal._tag === "Refused") return yield* refuse(renewal.reasons)
  const { notes, repairs, update } = renewal
  const lines = isDry
    ? [...repairs.map(Step.print), ...(update === undefined ? [] : [Renewal.printUpdate(update)])]
    : []
  const failed = isDry ? undefined : Renewal.carryOut(root, site, record, renewal, (line) => lines.push(line))
  const compiled = failed === undefined ? compile(call, isDry) : []
  const isSame = record.isComplete && repairs.length === 0 && update === undefined && compiled.length === 0
  const end = isSame
    ? ["installed already; nothing to do"]
    : isDry
    ? ["nothing was done (--dry-run)"]
    : [`${update === undefined ? "repaired" : "updated"}; see 'docker-shim doctor'`]
  yield* output.say(
    ...lines,
    ...compiled,
    ...notes.map((note) => `note: ${note}`),
    ...(failed === undefined ? end : [])
  )
  if (failed !== undefined) return yield* refuse([failed])
})

const uninstall = Effect.fn("uninstall")(function*(call: Call, root: string, isDry: boolean) {
  const output = yield* Output
  const { isSuperuser, stateDirectory } = Survey.site(root, call.invocation.env, call.shim, bare)
  const recorded = Installation.read(root, stateDirectory)
  if (recorded._tag === "Unreadable") return yield* refuse([unreadable(recorded)])
  if (recorded._tag === "NotInstalled") {
    if (!isSuperuser && Installation.read(root, Survey.stateOfAll)._tag !== "NotInstalled") {
      return yield* refuse(["docker-shim is installed for all users; run 'docker-shim uninstall' as root"])
    }
    return yield* output.say("not installed by docker-shim install; nothing to do")
  }
  const { record } = recorded
  const lines: Array<string> = []
  const memory = root === "" ? Remembered.home(call.invocation.env) : undefined
  const forget = memory !== undefined && fs.existsSync(memory) ? [`remove ${memory}`] : []
  const compiled = lineOf(CompiledParts.remove(call.shim, isDry))
  if (isDry) {
    lines.push(
      ...Installation.undoOrder(record).map(Step.printUndo),
      ...compiled,
      ...forget,
      "nothing was done (--dry-run)"
    )
  } else {
    Installation.uninstall(root, stateDirectory, record, (step, { isDone, note }) => {
      lines.push(...(isDone ? [Step.printUndo(step)] : []), ...(note === undefined ? [] : [`note: ${note}`]))
    })
    const isLeft = forget.length > 0 && !Remembered.forgetAll(call.invocation.env)
    lines.push(
      ...compiled,
      ...(isLeft ? [`note: ${memory ?? ""} is left, as others could change where it leads`] : forget),
      "uninstalled"
    )
  }
  yield* output.say(...lines)
})

const refuse = (reasons: ReadonlyArray<string>): Effect.Effect<never, Refused> =>
  Effect.fail({ _tag: "Refused", reasons })
