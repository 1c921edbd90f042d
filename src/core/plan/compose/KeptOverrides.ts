/**
 * Decides which override stays after the command and which kept ones are no longer needed, and removes kept ones from the files
 * of a call.
 */
import * as Argv from "../../argv/Argv.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import type { ComposeFiles } from "../../compose/ComposeFiles.ts"
import type { ComposeModel } from "../../compose/ComposeModel.ts"
import * as ComposeOverride from "../../compose/ComposeOverride.ts"
import * as FileList from "../../compose/FileList.ts"
import * as KeptOverride from "../../compose/KeptOverride.ts"
import * as ProjectName from "../../compose/ProjectName.ts"
import type { Change, KeptFile } from "../../ExecPlan.ts"
import type { Env, Invocation } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as FoundMappings from "../paths/FoundMappings.ts"
import * as Planning from "../Planning.ts"
import * as SessionDaemon from "../SessionDaemon.ts"
import type { Situation } from "../Situation.ts"
import * as ProjectFiles from "./ProjectFiles.ts"

/**
 * The call without kept overrides among its files: an editor takes the files from a container's labels, and the plan adds
 * its own override. Unless the call names a project it gets the name of theirs, as the override has it: the editor may have no
 * session. A call with nothing else among its files stays as it is.
 */
export const without = (call: ComposeCall.ComposeCall, { invocation }: Situation): ComposeCall.ComposeCall => {
  const keptIn = (token: Argv.Token): ReadonlyArray<string> =>
    token._tag === "Option" && token.flags.length === 1
      ? Argv.values([token], "file").filter((file) => KeptOverride.is(file, invocation))
      : []
  const last = call.line.group.flatMap(keptIn).at(-1)
  const group = call.line.group.filter((token) => keptIn(token).length === 0)
  if (last === undefined || !Argv.has(group, "file")) return call
  const named = ProjectFiles.hasOwnName(call.line, invocation.env)
    ? []
    : [Argv.option("project-name", KeptOverride.projectName(last))]
  return { ...call, line: { ...call.line, group: [...named, ...group] } }
}

/** What {@link without} changed, for `explain`. */
export const changes = (given: ComposeCall.ComposeCall, call: ComposeCall.ComposeCall): ReadonlyArray<Change> => {
  const before = Argv.values(given.line.group, "file")
  const after = new Set(Argv.values(call.line.group, "file"))
  const taken = before.filter((file) => !after.has(file))
  const name = Argv.value(call.line.group, "project-name")
  const isNamed = name !== undefined && !Argv.has(given.line.group, "project-name")
  return [
    ...taken.map((from) => ({
      what: "--file",
      from,
      to: "",
      why: "an override that the shim keeps, and adds when it is needed"
    })),
    ...(isNamed ? [{ what: "--project-name", from: "", to: name, why: "the project of that override" }] : [])
  ]
}

/** The environment without kept overrides in `COMPOSE_FILE`. */
export const withoutVariable = (invocation: Pick<Invocation, "cwd" | "env">): Env => {
  const { env } = invocation
  const separator = FileList.separator(env)
  const files = env["COMPOSE_FILE"]?.split(separator) ?? []
  const own = files.filter((file) => !KeptOverride.is(file, invocation))
  return own.length === files.length || own.length === 0 ? env : { ...env, COMPOSE_FILE: own.join(separator) }
}

/** The project whose override stays after this call; `undefined` if it leaves no containers behind. */
export const project = (
  call: ComposeCall.ComposeCall,
  files: ProjectFiles.Known,
  { name }: ComposeModel,
  sessionName: string | undefined,
  situation: Situation
): Planning.Planning<KeptOverride.Project | undefined> => {
  const { line } = call
  const leavesNone = ["rm", "no-deps"].every((flag) => ComposeCall.isTrue(line.tokens, flag))
  if (!ComposeCall.creates(call) || ComposeCall.isDryRun(line) || leavesNone || !/^[\w-]+$/.test(name)) {
    return Planning.of(undefined)
  }
  const { invocation, settings } = situation
  // as `forget` finds it
  return Planning.map(ProjectFiles.find(call, situation), ({ directory }) => ({
    name,
    isNamed: givenName(call, sessionName, invocation) !== undefined,
    directory,
    files: listed(call, files, invocation),
    mapping: KeptOverride.mappingOf(settings.mappings)
  }))
}

/**
 * The name that a project's override holds, so that a command with the files of the containers' labels finds the project without
 * the session's name. None if the files give it anyway, or Compose v1 would refuse it.
 */
export const nameIn = (project: KeptOverride.Project | undefined, isV1: boolean): string | undefined =>
  project?.isNamed === true && !isV1 ? project.name : undefined

/**
 * How a project's override stays, with this in it. Where that is nothing it has an empty part: Compose refuses a file that
 * is empty.
 */
export const file = (
  project: KeptOverride.Project | undefined,
  override: ComposeOverride.ComposeOverride,
  name: string | undefined
): KeptFile | undefined =>
  project === undefined ? undefined : {
    name: KeptOverride.fileName(project),
    header: KeptOverride.header(project),
    content: ComposeOverride.isEmpty(override) && name === undefined
      ? "{\"services\": {}}\n"
      : ComposeOverride.print(override, { name })
  }

/**
 * Has `down` remove the overrides of what it takes down, if it succeeds: those of the project, by its name and directory,
 * whose files are all among the call's. Where there are no files the name alone decides, as it does for Compose.
 */
export const forget = (
  call: ComposeCall.ComposeCall,
  sessionName: string | undefined,
  situation: Situation
): Planning.Planning<undefined> =>
  Planning.run(function*() {
    const { invocation } = situation
    const directory = KeptOverride.directory(invocation.env)
    if (directory === undefined || !takesAllDown(call)) return undefined
    const kept = yield* Planning.ask(situation, { _tag: "KeptOverrides", directory })
    if (kept.length === 0) return undefined
    const mapping = yield* mappingOf(call, situation)
    const found = yield* ProjectFiles.find(call, situation)
    const name = givenName(call, sessionName, invocation)
    const files = ProjectFiles.certain(call, found, invocation)
    const own = files._tag === "Unknown" ? undefined : listed(call, files, invocation)
    const isAll = own === undefined || ComposeCall.isTrue(call.line.tokens, "remove-orphans")
    const isNameless = found.files.length === 0
    const filesName = nameOfFiles(found)
    const over = kept.filter((one) =>
      one.mapping === mapping
      && (name === undefined ? (!one.isNamed || one.name === filesName) && !isNameless : one.name === name)
      && (isNameless || (one.directory === found.directory && (isAll || one.files.every((file) => own.includes(file)))))
    ).map(({ file }) => file)
    return yield* Planning.gain(over.length === 0 ? {} : { after: [{ _tag: "RemoveOverrides", files: over }] })
  })

/** What tells this session's mappings from another's, as they were when the override was made; the rest was said then. */
const mappingOf = (call: ComposeCall.ComposeCall, situation: Situation): Planning.Planning<string> =>
  Planning.run(function*() {
    const { settings } = situation
    if (settings.auto === undefined) return KeptOverride.mappingOf(settings.mappings)
    const daemon = yield* SessionDaemon.find(ComposeCall.endpoint(call), situation)
    const found = FoundMappings.settle(SessionDaemon.settle(settings, daemon), situation)
    return KeptOverride.mappingOf((yield* Planning.inspect(found)).value.mappings)
  })

const takesAllDown = (call: ComposeCall.ComposeCall): boolean =>
  call.line.command._tag === "ComposeCommand" && call.line.command.name === "down"
  && ComposeCall.services(call).length === 0 && !ComposeCall.isDryRun(call.line)

/** The name that the files give, if they say it plainly: somebody may have given the same one. */
const nameOfFiles = ({ directory, name }: ComposeFiles): string | undefined => {
  if (name._tag === "Computed") return undefined
  return ProjectName.normalize(name._tag === "Plain" ? name.name : PosixPath.basename(directory))
}

/** The name that the user or the session gave. */
const givenName = (
  { line }: ComposeCall.ComposeCall,
  sessionName: string | undefined,
  { env }: Invocation
): string | undefined => {
  const name = Argv.value(line.group, "project-name") || env["COMPOSE_PROJECT_NAME"] || sessionName || ""
  return name === "" ? undefined : ProjectName.normalize(name)
}

const listed = (
  call: ComposeCall.ComposeCall,
  files: ProjectFiles.Known,
  { cwd }: Invocation
): ReadonlyArray<string> =>
  (files._tag === "ByFlag" ? Argv.values(call.line.group, "file") : files.files).map((file) =>
    file === "-" ? file : PosixPath.join(cwd, file)
  )
