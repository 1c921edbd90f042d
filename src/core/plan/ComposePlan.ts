/**
 * Plans a call of Compose: through docker, as its plugin, or stand-alone.
 */
import * as CommandLine from "../CommandLine.ts"
import * as ComposeCall from "../compose/ComposeCall.ts"
import * as ComposeModel from "../compose/ComposeModel.ts"
import * as ComposeOverride from "../compose/ComposeOverride.ts"
import * as FileList from "../compose/FileList.ts"
import * as Facts from "../Facts.ts"
import type { Invocation } from "../Invocation.ts"
import type { Settings } from "../Settings.ts"
import * as ModelCache from "./compose/ModelCache.ts"
import * as ModelPaths from "./compose/ModelPaths.ts"
import * as ModelQuestion from "./compose/ModelQuestion.ts"
import * as ProjectNaming from "./compose/ProjectNaming.ts"
import * as SharedNames from "./compose/SharedNames.ts"
import * as DaemonPaths from "./DaemonPaths.ts"
import * as Revision from "./Revision.ts"
import * as Routing from "./Routing.ts"

/** Stands in a plan for the path of the override file. */
export const placeholder = "@docker-shim/compose-override@"

/**
 * The words to run, and what else the plan needs.
 *
 * **Details**
 *
 * Every call of a project is given the session's endpoint and the project's name in the session. One that creates
 * containers or builds is changed by one override file after the user's own files, made from the model that Compose
 * itself gives. Where Compose refuses the project the call is run as it is: the user sees Compose's own message.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<string>> => {
  const { line } = call
  const routing = Routing.revise(
    Routing.endpointOf(call.form === "standalone" ? line.group : line.globals),
    settings,
    invocation
  )
  const need = ComposeCall.needOf(call)
  if (need === "nothing") return words(routing, Revision.of(line), facts)
  const naming = ProjectNaming.revise(call, invocation, settings, facts)
  const named = Revision.after(routing, naming)
  if (need === "name" || naming.questions.length > 0) return words(named, Revision.of(line), facts)
  return words(named, reviseProject(call, naming, routing.env, invocation, settings, facts), facts)
}

/** The whole as words; what was read from descriptors on the way is handed on. */
const words = (
  first: Revision.Revision<unknown>,
  second: Revision.Revision<CommandLine.CommandLine>,
  facts: Facts.Facts
): Revision.Revision<ReadonlyArray<string>> => {
  const whole = Revision.after(first, second)
  const [answer] = facts.ComposeModel.values()
  return { ...whole, value: CommandLine.print(whole.value), input: answer?.answer.input ?? [] }
}

/** The line of a call that creates containers or builds. */
const reviseProject = (
  call: ComposeCall.ComposeCall,
  naming: Revision.Revision<string | undefined>,
  endpoint: Readonly<Record<string, string | null>>,
  invocation: Invocation,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<CommandLine.CommandLine> => {
  const { line } = call
  const mapsPaths = settings.mappings.length > 0 || settings.daemonSocket !== undefined
  if (!mapsPaths && (settings.cache.use === "off" || !ModelCache.mayBuild(call))) return Revision.of(line)
  const asked = ModelQuestion.ask(call, invocation, { profiles: "all", env: naming.env }, facts)
  if (asked._tag === "Open") return Revision.of(line, { questions: [asked.question] })
  if (asked.answer._tag === "Refused") return Revision.of(line)
  const sought = FileList.sought(call, invocation)
  const found = sought === undefined ? undefined : Facts.ask(facts, { _tag: "ComposeFiles", ...sought })
  if (found?._tag === "Open") return Revision.of(line, { questions: [found.question] })

  const model = ComposeModel.decode(asked.answer.config)
  const directory = found?.answer.directory ?? invocation.cwd
  const cache = ModelCache.revise(call, { model, directory }, settings, invocation, endpoint, facts)
  const cached = cache.value.reduce(withCache, ComposeOverride.empty)
  const override = Revision.after(cache, ModelPaths.revise(cached, model, settings, facts))
  const tokens = DaemonPaths.reviseRun(line.command, line.tokens, settings, invocation.cwd, facts)
  const added = addOverride(
    { ...call, line: { ...line, tokens: tokens.value } },
    override.value,
    found?.answer.files ?? [],
    invocation
  )
  return Revision.after(Revision.after(override, tokens), {
    ...added,
    notices: naming.value === undefined ? [] : SharedNames.notices(model, naming.value)
  })
}

const withCache = (
  override: ComposeOverride.ComposeOverride,
  { given, service }: ModelCache.ServiceCache
): ComposeOverride.ComposeOverride =>
  given.from === undefined && given.to === undefined ? override : ComposeOverride.add(override, "services", service, {
    build: {
      ...(given.from === undefined ? {} : { cache_from: [ComposeModel.escape(given.from)] }),
      ...(given.to === undefined ? {} : { cache_to: [ComposeModel.escape(given.to)] })
    }
  })

const addOverride = (
  call: ComposeCall.ComposeCall,
  override: ComposeOverride.ComposeOverride,
  files: ReadonlyArray<string>,
  invocation: Invocation
): Revision.Revision<CommandLine.CommandLine> => {
  if (ComposeOverride.isEmpty(override)) return Revision.of(call.line)
  const appended = FileList.append(call, files, placeholder, invocation.env, false)
  const isBuilding = Object.values(override.services).some((fields) => "build" in fields)
  return Revision.of(appended.line, {
    files: [{ placeholder, content: ComposeOverride.print(override) }],
    env: { ...appended.env, ...(isBuilding ? entitlements(invocation) : {}) }
  })
}

/**
 * Lets bake read and write the cache directory, which lies outside the project, also with `--progress=quiet`, which
 * Compose gives it for `build -q` (docker/compose 2.40.3, `pkg/compose/build_bake.go`; buildx 0.29.1,
 * `bake/entitlements.go`).
 */
const entitlements = ({ env }: Invocation): Readonly<Record<string, string>> =>
  (env["BUILDX_BAKE_ENTITLEMENTS_FS"] ?? "") === "" ? { BUILDX_BAKE_ENTITLEMENTS_FS: "0" } : {}
