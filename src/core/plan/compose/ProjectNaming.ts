/**
 * Gives a Compose project a name of its session, unless the user named it.
 */
import * as Argv from "../../argv/Argv.ts"
import type { CommandLine } from "../../argv/CommandLine.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import type { ComposeFiles, EnvSetting, Sought } from "../../compose/ComposeFiles.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as EmptyLists from "../../compose/EmptyLists.ts"
import * as FileList from "../../compose/FileList.ts"
import * as ProjectName from "../../compose/ProjectName.ts"
import * as ProjectScope from "../../compose/ProjectScope.ts"
import * as Facts from "../../Facts.ts"
import type { Invocation } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import type { Settings } from "../../Settings.ts"
import * as Revision from "../Revision.ts"
import * as ModelQuestion from "./ModelQuestion.ts"
import * as OtherName from "./OtherName.ts"
import * as ProjectFiles from "./ProjectFiles.ts"

/**
 * The project's name in this session, in `COMPOSE_PROJECT_NAME`; `undefined` where it keeps its own.
 *
 * **Details**
 *
 * `-p` and `COMPOSE_PROJECT_NAME`, in the environment or an environment file, are the user's word. Otherwise the name
 * is made from the one that Compose would choose: the last `name:` of the files, else the directory's. Only what cannot
 * be read from the files as they are is asked of Compose. Where Compose will refuse the project nothing is set.
 *
 * @category planning
 * @since 0.1.0
 */
export const revise = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<string | undefined> => {
  const { session } = settings
  if (session === undefined || isNamed(call, invocation)) return Revision.of(undefined)
  const projectScope = ProjectScope.inForce(settings)
  if (projectScope === "off") return unscoped(call, invocation, settings, facts)
  const own = ownName(call, invocation, facts)
  if (own._tag === "Open") return Revision.of(undefined, { questions: [own.question] })
  const name = own.answer === undefined ? undefined : ProjectName.ofSession(own.answer, { ...settings, projectScope })
  if (own.answer === undefined || name === undefined) return Revision.of(undefined)
  return Revision.of(name, {
    env: { COMPOSE_PROJECT_NAME: name },
    before: OtherName.volumes(call, ProjectName.normalize(own.answer), name),
    changes: [{
      what: "COMPOSE_PROJECT_NAME",
      from: "",
      to: name,
      why: `the project ${own.answer} of this session (${session.origin})`
    }]
  })
}

/**
 * A project that keeps its own name because the daemon is this session's: containers of the name that it would have on a
 * shared daemon may still be running. Compose is not asked for a name only for that.
 */
const unscoped = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  settings: Settings,
  facts: Facts.Facts
): Revision.Revision<undefined> => {
  const sought = FileList.sought(call, invocation)
  if (settings.projectScope !== "auto" || sought === undefined || !OtherName.isAsked(call)) {
    return Revision.of(undefined)
  }
  const found = Facts.ask(facts, { _tag: "ComposeFiles", ...sought })
  if (found._tag === "Open") return Revision.of(undefined, { questions: [found.question] })
  const { directory, files, name, settings: variables } = found.answer
  if (variables.length > 0 || files.length === 0 || name._tag === "Computed") return Revision.of(undefined)
  const own = ProjectName.normalize(name._tag === "Plain" && !call.isV1 ? name.name : PosixPath.basename(directory))
  const earlier = ProjectName.ofSession(own, { ...settings, projectScope: "project" })
  return Revision.of(undefined, { before: earlier === undefined ? [] : OtherName.containers(call, own, earlier) })
}

/**
 * The line of a command that only needs its project's name, and how it is given that: for one that goes by the name alone
 * (`ComposeCall.goesByName`) by one more file after the project's own, that says `name:` and nothing else; otherwise, and
 * where no such file can be kept, in `COMPOSE_PROJECT_NAME`.
 *
 * **Details**
 *
 * With a file more Compose reads the files as it does without the shim, and says the same of them. Where Compose was asked
 * for the name it took the project, and there is nothing that it could say; nor is a file added where Compose says which of
 * several it takes, which it would no longer do.
 *
 * @category rewriting
 * @since 0.1.0
 */
export const byFile = (
  call: ComposeCall.ComposeCall,
  naming: Revision.Revision<string | undefined>,
  invocation: Invocation,
  facts: Facts.Facts
): Revision.Revision<CommandLine> => {
  const { line } = call
  const byVariable = { ...naming, value: line }
  if (naming.value === undefined || !ComposeCall.goesByName(call)) return byVariable
  const found = ProjectFiles.find(call, invocation, facts)
  if (found._tag === "Open") return Revision.of(line, { questions: [found.question] })
  const files = ProjectFiles.certain(call, found.answer, invocation)
  const isChosen = files._tag === "Listed" && found.answer.isChoice
  if (files._tag === "Unknown" || isChosen || found.answer.name._tag === "Computed") return byVariable
  const refused = refusesOneMore(call, found.answer, facts)
  if (refused._tag === "Open") return Revision.of(line, { questions: [refused.question] })
  if (refused.answer) return byVariable
  const kept = Facts.ask(facts, { _tag: "NameFile", name: naming.value })
  if (kept._tag === "Open") return Revision.of(line, { questions: [kept.question] })
  const { file } = kept.answer
  if (file === undefined) return byVariable
  const added = ProjectFiles.add(line, files, file, invocation)
  return {
    ...naming,
    value: added.line,
    env: added.env,
    changes: naming.changes.map((change) => ({ ...change, what: "name", why: `${change.why}, in ${file}` }))
  }
}

/** Whether Compose may refuse the files only because there is one more: see `EmptyLists`. */
const refusesOneMore = (
  { form, line }: ComposeCall.ComposeCall,
  { mayHaveEmptyLists }: ComposeFiles,
  facts: Facts.Facts
): Facts.Asked<boolean> => {
  if (mayHaveEmptyLists !== true) return Facts.answered(false)
  const version = Facts.ask(facts, { _tag: "ComposeVersion", form, globals: Argv.print(line.globals) })
  return version._tag === "Open" ? version : Facts.answered(EmptyLists.areRefused(version.answer))
}

/** An empty name counts as none. */
const isNamed = ({ line }: ComposeCall.ComposeCall, { env }: Invocation): boolean =>
  (Argv.value(line.group, "project-name") ?? "") !== "" || (env["COMPOSE_PROJECT_NAME"] ?? "") !== ""

/** The name that Compose would choose; `undefined` where it is the user's own word, or Compose will refuse. */
const ownName = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  facts: Facts.Facts
): Facts.Asked<string | undefined> => {
  const sought = FileList.sought(call, invocation)
  if (sought === undefined) return composesName(call, invocation, [], facts)
  const found = Facts.ask(facts, { _tag: "ComposeFiles", ...sought })
  if (found._tag === "Open") return found
  const { files, settings } = found.answer
  const named = settings.filter(({ name, value }) => name === "COMPOSE_PROJECT_NAME" && value !== "")
  if (named.length > 0) {
    return isCertain(sought, found.answer) ? Facts.answered(undefined) : composesName(call, invocation, named, facts)
  }
  if (settings.some(({ name }) => name === "COMPOSE_FILE")) return composesName(call, invocation, [], facts)
  return files.length === 0 ? Facts.answered(undefined) : fromFiles(call, invocation, found.answer, facts)
}

const fromFiles = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  { directory, name }: ComposeFiles,
  facts: Facts.Facts
): Facts.Asked<string | undefined> => {
  // Compose v1 knows no `name:`
  if (name._tag === "None" || call.isV1) return Facts.answered(PosixPath.basename(directory))
  return name._tag === "Plain" && ProjectName.normalize(name.name) !== ""
    ? Facts.answered(name.name)
    : composesName(call, invocation, [], facts)
}

/** Whether all environment files that were looked at are ones that this Compose reads, whatever its version. */
const isCertain = (sought: Sought, found: ComposeFiles): boolean =>
  sought.envFiles !== undefined || sought.start === found.directory

/** The name as Compose itself gives it. One that an environment file sets is the user's. */
const composesName = (
  call: ComposeCall.ComposeCall,
  invocation: Invocation,
  named: ReadonlyArray<EnvSetting>,
  facts: Facts.Facts
): Facts.Asked<string | undefined> => {
  const asked = ModelQuestion.ask(call, invocation, { profiles: "own", env: {} }, facts)
  if (asked._tag === "Open") return asked
  const name = asked.answer._tag === "Refused" ? "" : ComposeModel.decode(asked.answer.config).name
  const isUsers = named.some(({ value }) => value === undefined || value === name)
  return Facts.answered(name === "" || isUsers ? undefined : name)
}
