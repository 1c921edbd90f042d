/**
 * Gives a Compose project a name of its session, unless the user named it.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import type { ComposeFiles, EnvSetting, Search } from "../../compose/ComposeFiles.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as EmptyLists from "../../compose/EmptyLists.ts"
import * as FileList from "../../compose/FileList.ts"
import * as ProjectName from "../../compose/ProjectName.ts"
import * as ProjectScope from "../../compose/ProjectScope.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as ModelQuestion from "./ModelQuestion.ts"
import * as OtherName from "./OtherName.ts"
import * as ProjectFiles from "./ProjectFiles.ts"

/**
 * The project's name in this session, in `COMPOSE_PROJECT_NAME`; `undefined` if it keeps its own.
 *
 * **Details**
 *
 * `-p` and `COMPOSE_PROJECT_NAME`, in the environment or an environment file, are the user's choice. Otherwise the name is made
 * from the one that Compose would choose: the last `name:` of the files, else the directory's. The shim asks Compose only if
 * the files do not tell. If Compose will refuse the project, nothing is set.
 */
export const find = (call: ComposeCall.ComposeCall, situation: Situation): Planning.Planning<string | undefined> =>
  Planning.run(function*() {
    const { invocation, settings } = situation
    const { session } = settings
    if (session === undefined || ProjectFiles.hasOwnName(call.line, invocation.env)) return undefined
    const projectScope = ProjectScope.inForce(settings)
    if (projectScope === "off") return undefined
    const own = yield* ownName(call, situation)
    if (own === undefined) return undefined
    const name = ProjectName.ofSession(own, { ...settings, projectScope })
    if (name === undefined) return undefined
    const why = `the project ${own} of this session (${session.origin})`
    return yield* Planning.of(name, {
      env: { COMPOSE_PROJECT_NAME: name },
      before: OtherName.volumes(call, ProjectName.normalize(own), name),
      changes: [{ what: "COMPOSE_PROJECT_NAME", from: "", to: name, why }]
    })
  })

/**
 * Looks for what has another name, for a project that keeps its own because the daemon is this session's: containers of the name
 * that it would have on a shared daemon may still be running, and volumes of that name hold its data. Without a model its name is
 * that of its files.
 */
export const lookForEarlier = (
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel | undefined,
  situation: Situation
): Planning.Planning<undefined> =>
  Planning.run(function*() {
    if (!mayHaveHadName(call, situation)) return undefined
    const found = yield* model === undefined
      ? ProjectFiles.find(call, situation, true)
      : ProjectFiles.find(call, situation)
    if (found.settings.length > 0 || found.files.length === 0 || found.name._tag === "Computed") return undefined
    const named = model?.name ?? (found.name._tag === "Plain" ? found.name.name : "")
    const own = ProjectName.normalize(named === "" || call.isV1 ? PosixPath.basename(found.directory) : named)
    const earlier = ProjectName.ofSession(own, { ...situation.settings, projectScope: "project" })
    return yield* Planning.gain({ before: earlier === undefined ? [] : OtherName.earlier(call, own, earlier) })
  })

/** Whether a session could have given the project its name, and does not do so now. */
const mayHaveHadName = (call: ComposeCall.ComposeCall, { invocation, settings }: Situation): boolean =>
  settings.session !== undefined && !ProjectFiles.hasOwnName(call.line, invocation.env)
  && settings.projectScope === "auto" && ProjectScope.inForce(settings) === "off"
  && OtherName.isAsked(call)

/**
 * Gives its project's name to a command that needs nothing else: if the command goes by the name alone
 * (`ComposeCall.goesByName`), by one more file after the project's own, that contains only `name:`; otherwise, and if no such
 * file can be kept, in `COMPOSE_PROJECT_NAME`.
 *
 * **Details**
 *
 * With one more file, Compose reads the files as it does without the shim, and prints the same warnings. If Compose was asked
 * for the name, it has accepted the project, and has nothing to print. No file is added if Compose prints which of several
 * files it takes, because then it would not.
 */
export const byFile = (
  call: ComposeCall.ComposeCall,
  naming: Planning.Planning<string | undefined>,
  situation: Situation
): Planning.Planning<CommandLine> =>
  Planning.run(function*() {
    const { line } = call
    const { changes, value: name } = yield* Planning.inspect(naming)
    const place = name === undefined ? undefined : yield* nameFile(call, name, situation)
    if (place === undefined) return yield* Planning.map(naming, () => line)
    const added = ProjectFiles.add(line, place.files, place.file, situation.invocation)
    const said = changes.map((change) => ({ ...change, what: "name", why: `${change.why}, in ${place.file}` }))
    yield* Planning.mapGains(naming, () => ({ env: added.env, changes: said }))
    return added.line
  })

/** The file that sets a project's name, and the files before it; `undefined` if the variable has to do. */
const nameFile = (
  call: ComposeCall.ComposeCall,
  name: string,
  situation: Situation
): Planning.Planning<{ readonly file: string; readonly files: ProjectFiles.Known } | undefined> =>
  Planning.run(function*() {
    if (!ComposeCall.goesByName(call)) return undefined
    const found = yield* ProjectFiles.find(call, situation)
    const files = ProjectFiles.certain(call, found, situation.invocation)
    const isChosen = files._tag === "Listed" && found.isChoice
    if (files._tag === "Unknown" || isChosen || found.name._tag === "Computed") return undefined
    if (found.mayHaveEmptyLists === true && (yield* refusesEmptyLists(call, situation))) return undefined
    const { file } = yield* Planning.ask(situation, { _tag: "NameFile", name })
    return file === undefined ? undefined : { file, files }
  })

/** Whether this Compose refuses files with empty lists only because there is one more: see `EmptyLists`. */
export const refusesEmptyLists = (
  { form, line }: ComposeCall.ComposeCall,
  situation: Situation
): Planning.Planning<boolean> =>
  Planning.map(
    Planning.ask(situation, { _tag: "ComposeVersion", form, globals: Argv.print(line.globals) }),
    EmptyLists.areRefused
  )

/** The name that Compose would choose; `undefined` if the user chose it, or Compose will refuse the project. */
const ownName = (call: ComposeCall.ComposeCall, situation: Situation): Planning.Planning<string | undefined> =>
  Planning.run(function*() {
    const search = FileList.search(call, situation.invocation)
    if (search === undefined) return yield* composesName(call, [], situation)
    const found = yield* ProjectFiles.find(call, situation)
    const { files, settings } = found
    const named = settings.filter(({ name, value }) => name === "COMPOSE_PROJECT_NAME" && value !== "")
    if (named.length > 0) return isCertain(search, found) ? undefined : yield* composesName(call, named, situation)
    if (settings.some(({ name }) => name === "COMPOSE_FILE")) return yield* composesName(call, [], situation)
    return files.length === 0 ? undefined : writtenName(call, found) ?? (yield* composesName(call, [], situation))
  })

/** The name by the files as they are; `undefined` if only Compose can tell. */
const writtenName = ({ isV1 }: ComposeCall.ComposeCall, { directory, name }: ComposeFiles): string | undefined => {
  // Compose v1 knows no `name:`
  if (name._tag === "None" || isV1) return PosixPath.basename(directory)
  return name._tag === "Plain" && ProjectName.normalize(name.name) !== "" ? name.name : undefined
}

/** Whether all environment files that were looked at are ones that this Compose reads. */
const isCertain = (search: Search, { directory, listed, settings }: ProjectFiles.Found): boolean =>
  search.envFiles !== undefined || listed !== undefined
  || (search.start === directory && !settings.some(({ name }) => name === "COMPOSE_FILE"))

/** The name as Compose itself gives it. One that an environment file sets is the user's. */
const composesName = (
  call: ComposeCall.ComposeCall,
  named: ReadonlyArray<EnvSetting>,
  situation: Situation
): Planning.Planning<string | undefined> =>
  Planning.map(ModelQuestion.ask(call, { profiles: "own", env: {} }, situation), (answer) => {
    const name = answer._tag === "Refused" ? "" : ComposeModel.decode(answer.config).name
    const isUsers = named.some(({ value }) => value === undefined || value === name)
    return name === "" || isUsers ? undefined : name
  })
