/**
 * Plans a command with answers from a table.
 */
import type { Flag } from "../../../src/core/argv/grammar/Grammar.ts"
import type { Builder } from "../../../src/core/builder/Builder.ts"
import type { CacheDirectory, CacheEntry, Place } from "../../../src/core/cache/CacheDirectory.ts"
import type { RegistryEntry } from "../../../src/core/cache/RegistryEntry.ts"
import type { ComposeFiles } from "../../../src/core/compose/ComposeFiles.ts"
import type { KeptOverride } from "../../../src/core/compose/KeptOverride.ts"
import type { ExecPlan, Override } from "../../../src/core/ExecPlan.ts"
import * as Facts from "../../../src/core/facts/Facts.ts"
import * as Question from "../../../src/core/facts/Question.ts"
import type { Env } from "../../../src/core/Invocation.ts"
import * as Plan from "../../../src/core/Plan.ts"
import * as StepRefresh from "../../../src/core/plan/build/StepRefresh.ts"

/** What the outside is like; what is not said is harmless. */
export interface Table {
  readonly env?: Env
  readonly cwd?: string
  readonly argv0?: string
  /** Symbolic links by path, with where they lead. */
  readonly links?: Readonly<Record<string, string>>
  readonly builder?: Builder
  readonly cache?: CacheDirectory
  readonly entries?: Readonly<Record<string, CacheEntry>>
  /** Entries in `/buildkit-cache`, where no other directory is named. */
  readonly relatives?: Readonly<Record<string, Place | string>>
  /** Which of a build's references in a registry are there: its own, its key's, its image's; or why that is not known. */
  readonly registered?: ReadonlyArray<"own" | "key" | "image"> | string
  readonly unread?: ReadonlyArray<string>
  readonly buildFiles?: (question: Question.Of<"BuildFiles">) => Partial<Question.Answers["BuildFiles"]>
  readonly unwritable?: string
  readonly isReadOnly?: boolean
  /** What the daemon has of the files that are seen here; the same unless said. */
  readonly ownMounts?: Question.Answers["OwnMounts"]
  /** What is in build contexts, by directory. */
  readonly contexts?: Readonly<Record<string, string>>
  /** The texts of Dockerfiles by path; harmless ones unless given. */
  readonly dockerfiles?: Readonly<Record<string, string>>
  /** Commands of steps that were imported and never ran. */
  readonly imported?: ReadonlyArray<string>
  readonly config?: Partial<Question.Answers["DockerConfig"]>
  /** The endpoints of docker's contexts, by name; all of them are the default unless said. */
  readonly dockerContexts?: Readonly<Record<string, string>>
  readonly flags?: ReadonlyArray<Flag>
  /** Why the program does not tell what a flag takes. */
  readonly unanswered?: string
  /** What is found of a project's files, whatever is looked for, or by that. */
  readonly files?: ComposeFiles | ((question: Question.Of<"ComposeFiles">) => ComposeFiles)
  /** Whether a file for a project's name can be kept; it can unless said. */
  readonly canKeep?: boolean
  /** The override files of earlier commands. */
  readonly kept?: ReadonlyArray<KeptOverride>
  /** What Compose answers, however it is asked, or by how it is. */
  readonly model?:
    | Question.Answers["ComposeModel"]
    | ((question: Question.Of<"ComposeModel">) => Question.Answers["ComposeModel"])
  /** The generation of the real docker-compose, 2 unless said. */
  readonly version?: number
  /** The second number of its version, 40 unless said. */
  readonly minor?: number
}

/** The plan, and every question that was asked on the way, each once. */
export const plan = (
  words: string | ReadonlyArray<string>,
  table: Table = {}
): { readonly plan: ExecPlan; readonly questions: ReadonlyArray<Question.Question> } => {
  const argv = typeof words === "string" ? words.split(" ") : words
  const invocation = {
    argv0: table.argv0 ?? "docker",
    argv,
    env: table.env ?? {},
    cwd: table.cwd ?? "/home/retro/work"
  }
  const questions: Array<Question.Question> = []
  const asked = new Set<string>()
  let facts = Facts.none
  for (;;) {
    const outcome = Plan.plan(invocation, facts)
    if (outcome._tag === "ExecPlan") return { plan: outcome, questions }
    if (outcome._tag === "SettingError") throw new Error(JSON.stringify(outcome))
    for (const question of outcome.questions) {
      if (asked.has(Question.id(question))) throw new Error(`asked twice: ${Question.id(question)}`)
      asked.add(Question.id(question))
      questions.push(question)
      if (question._tag !== "RealPath") facts = answer(facts, question, table)
    }
    facts = Facts.answerAll(facts, "RealPath", realPaths(outcome.questions, table))
  }
}

/** The words that are run. */
export const args = (words: string | ReadonlyArray<string>, table: Table = {}): ReadonlyArray<string> =>
  plan(words, table).plan.args

const realPaths = (
  questions: ReadonlyArray<Question.Question>,
  table: Table
): ReadonlyArray<Facts.Known<"RealPath">> =>
  questions.flatMap((question) =>
    question._tag === "RealPath"
      ? [{ question, answer: { resolved: table.links?.[question.path] ?? question.path, exists: true } }]
      : []
  )

const answer = (
  facts: Facts.Facts,
  question: Exclude<Question.Question, { readonly _tag: "RealPath" }>,
  table: Table
): Facts.Facts => {
  if (isOfUsersCache(question)) return ofUsersCache(facts, question, table)
  if (isOfProject(question)) return ofProject(facts, question, table)
  if (isOfDaemon(question)) return ofDaemon(facts, question, table)
  switch (question._tag) {
    case "Builder":
      return Facts.answer(facts, question, builder(table))
    case "CommandFlags":
      return Facts.answer(facts, question, commandFlags(table))
    case "CacheDirectory":
      return Facts.answer(facts, question, cacheDirectory(table))
    case "RegistryEntries":
      return Facts.answer(facts, question, question.builds.map((references) => registryEntry(references, table)))
    case "BuildFiles":
      return Facts.answer(facts, question, buildFiles(question, table))
    case "BuildContext":
      return Facts.answer(facts, question, table.contexts?.[question.directory])
    case "Dockerfile":
      return Facts.answer(facts, question, dockerfile(question.file, table))
    case "ImportedSteps":
      return Facts.answer(facts, question, imported(table))
    case "ComposeFiles":
      return Facts.answer(facts, question, composeFiles(question, table))
  }
}

type OfDaemon = Question.Of<"DockerConfig"> | Question.Of<"DockerContext"> | Question.Of<"OwnMounts">

const isOfDaemon = (question: Question.Question): question is OfDaemon =>
  question._tag === "DockerConfig" || question._tag === "DockerContext" || question._tag === "OwnMounts"

/** Which daemon it is, and what that has. */
const ofDaemon = (facts: Facts.Facts, question: OfDaemon, table: Table): Facts.Facts => {
  switch (question._tag) {
    case "DockerConfig":
      return Facts.answer(facts, question, dockerConfig(table))
    case "DockerContext":
      return Facts.answer(facts, question, dockerContext(question.name, table))
    case "OwnMounts":
      return Facts.answer(facts, question, table.ownMounts ?? { _tag: "Same" })
  }
}

type OfProject = Question.Of<"ComposeModel"> | Question.Of<"ComposeVersion"> | Question.Of<"StackModel">

const isOfProject = (question: Question.Question): question is OfProject =>
  question._tag === "ComposeModel" || question._tag === "StackModel" || question._tag === "ComposeVersion"

/** What a Compose is asked. */
const ofProject = (facts: Facts.Facts, question: OfProject, table: Table): Facts.Facts => {
  switch (question._tag) {
    case "ComposeModel":
      return Facts.answer(facts, question, composeModel(question, table))
    case "StackModel":
      return Facts.answer(facts, question, stackModel(table))
    case "ComposeVersion":
      return Facts.answer(facts, question, version(table))
  }
}

const dockerContext = (name: string, { dockerContexts }: Table): Question.Answers["DockerContext"] => ({
  host: dockerContexts === undefined ? "unix:///var/run/docker.sock" : dockerContexts[name]
})

const registryEntry = (references: ReadonlyArray<string>, { registered = [] }: Table): RegistryEntry => {
  if (typeof registered === "string") return { _tag: "Unknown", why: registered }
  const names = ["own", "key", "image"] as const
  const reference = references.find((_, at) => registered.some((one) => one === names[at]))
  return reference === undefined ? { _tag: "None" } : { _tag: "Found", reference }
}

const commandFlags = ({ flags = [], unanswered }: Table): Question.Answers["CommandFlags"] => ({ flags, unanswered })

type OfUsersCache = Question.Of<"NameFile"> | Question.Of<"KeptOverrides">

const isOfUsersCache = (question: Question.Question): question is OfUsersCache =>
  question._tag === "NameFile" || question._tag === "KeptOverrides"

const ofUsersCache = (facts: Facts.Facts, question: OfUsersCache, table: Table): Facts.Facts =>
  question._tag === "NameFile"
    ? Facts.answer(facts, question, nameFile(question.name, table))
    : Facts.answer(facts, question, table.kept ?? [])

const dockerConfig = ({ config }: Table): Question.Answers["DockerConfig"] => ({
  currentContext: undefined,
  builderAlias: undefined,
  ...config
})

/** The files of a plan that its program reads. */
export const overridesOf = (plan: ExecPlan): ReadonlyArray<Override> =>
  plan.files.flatMap((file) => file._tag === "Override" ? [file] : [])

const builder = (table: Table): Builder => table.builder ?? { _tag: "Exporting", driver: "docker" }

const imported = (table: Table): ReadonlyArray<string> => (table.imported ?? []).map(StepRefresh.digestOf)

const dockerfile = (file: string, { dockerfiles }: Table): string | undefined =>
  dockerfiles === undefined ? "FROM bb\nRUN true\n" : dockerfiles[file]

const buildFiles = (question: Question.Of<"BuildFiles">, table: Table): Question.Answers["BuildFiles"] => ({
  digest: undefined,
  sendsCache: false,
  ...table.buildFiles?.(question)
})

const composeFiles = (question: Question.Of<"ComposeFiles">, { files }: Table): ComposeFiles =>
  required(typeof files === "function" ? files(question) : files)

const composeModel = (question: Question.Of<"ComposeModel">, { model }: Table): Question.Answers["ComposeModel"] =>
  required(typeof model === "function" ? model(question) : model)

const stackModel = ({ model }: Table): Question.Answers["ComposeModel"] =>
  required(typeof model === "function" ? undefined : model)

const version = ({ minor = 40, version: major = 2 }: Table): Question.Answers["ComposeVersion"] => ({ major, minor })

const nameFile = (name: string, { canKeep = true }: Table): Question.Answers["NameFile"] => ({
  file: canKeep ? `/kept/${name}.json` : undefined
})

const required = <A>(answer: A | undefined): A => {
  if (answer === undefined) throw new Error("the table has no answer")
  return answer
}

const cacheDirectory = (table: Table): CacheDirectory =>
  table.cache ?? {
    _tag: "Usable",
    directory: table.env?.["DOCKER_SHIM_CACHE_DIR"] ?? "/buildkit-cache",
    id: "run1",
    unwritable: table.unwritable,
    ...(table.isReadOnly === undefined ? {} : { isReadOnly: table.isReadOnly }),
    entries: table.entries ?? {},
    unread: table.unread ?? [],
    relatives: Object.fromEntries(
      Object.entries(table.relatives ?? {}).map(([key, place]) => [
        key,
        typeof place === "string" ? { directory: "/buildkit-cache", key: place } : place
      ])
    )
  }
