/**
 * What planning may ask of the outside, and the answers. Planning is a pure function of an invocation and the facts
 * known so far; it returns the plan or the questions still open.
 */
import type { EndpointFlags } from "./argv/Endpoint.ts"
import type { Flag } from "./argv/grammar/Grammar.ts"
import type { Builder } from "./builder/Builder.ts"
import type { CacheDirectory, Wanted } from "./cache/CacheDirectory.ts"
import type { Form } from "./compose/ComposeCall.ts"
import type { ComposeFiles, Sought } from "./compose/ComposeFiles.ts"
import type { KeptOverride } from "./compose/KeptOverride.ts"
import type { Input, Program } from "./ExecPlan.ts"
import type { RealPath } from "./paths/SourceTranslation.ts"

/**
 * A question about the outside.
 *
 * **Details**
 *
 * - `RealPath`: what does this absolute path resolve to in the client's file system?
 * - `DockerConfig`: what does `config.json` in this directory (`DOCKER_CONFIG`, else `$HOME/.docker`) say?
 * - `DockerContext`: which endpoint does docker's context of this name have, in this configuration directory?
 * - `Builder`: which builder would this build use, and can it export cache?
 * - `CommandFlags`: which flags does the real program's `--help` of this command list, and what does this flag take that
 *   the grammar does not have?
 * - `CacheDirectory`: is the shared cache directory there, may it be written, how are the entries of these keys?
 * - `BuildFiles`: which text is in this Dockerfile, and would its context send the cache directory to the builder?
 * - `BuildContext`: what is in this context, as far as a build can read it?
 * - `Dockerfile`: what does this Dockerfile of the client say?
 * - `ImportedSteps`: which steps that fill cache mounts were imported to this daemon, and never ran there?
 * - `ComposeFiles`: which files make the Compose project, and what do they say of its name?
 * - `NameFile`: where is the file that says this name of a project, and nothing else?
 * - `KeptOverrides`: which override files of earlier commands are in this directory?
 * - `ComposeModel`: what does Compose itself say the project is?
 * - `StackModel`: what does docker itself say the files of `stack deploy` are?
 * - `ComposeVersion`: which version is the real Compose?
 *
 * @category models
 * @since 0.1.0
 */
export type Question = { readonly [T in keyof Questions]: Of<T> }[keyof Questions]

/**
 * The question of one kind.
 *
 * @category models
 * @since 0.1.0
 */
export type Of<T extends keyof Questions> = { readonly _tag: T } & Questions[T]

/**
 * What each kind of question names.
 *
 * @category models
 * @since 0.1.0
 */
export interface Questions {
  readonly RealPath: { readonly path: string }
  readonly DockerConfig: { readonly directory: string }
  readonly DockerContext: { readonly directory: string; readonly name: string }
  readonly Builder: {
    /** `docker`: a build that docker itself forwards (or does by itself); `buildx`: `docker buildx build`. */
    readonly through: "docker" | "buildx"
    /** The builder's name where it is known, else what `buildx use` selected. */
    readonly name: string | undefined
    /** docker's global flags, as the build is run with them. */
    readonly globals: ReadonlyArray<string>
    /** What those flags say of the endpoint. */
    readonly endpoint: EndpointFlags
    /** Environment the plan adds, such as `DOCKER_HOST`. */
    readonly env: Readonly<Record<string, string | null>>
  }
  readonly CommandFlags: {
    readonly program: Program
    readonly command: ReadonlyArray<string>
    /** A flag such as `--resource` or `-Z`; `undefined` where only the help is asked for. */
    readonly flag: string | undefined
  }
  readonly CacheDirectory: {
    readonly directory: string
    /** More cache directories, which are only read. */
    readonly readDirectories: ReadonlyArray<string>
    readonly wanted: ReadonlyArray<Wanted>
  }
  readonly BuildFiles: {
    /** Absolute; `undefined` if the Dockerfile is no file. */
    readonly path: string | undefined
    /** A directory of the client's; `undefined` if the context is another. */
    readonly context: string | undefined
    readonly cache: string
  }
  readonly BuildContext: {
    readonly directory: string
    /** Absolute; `undefined` where it is no file. */
    readonly dockerfile: string | undefined
  }
  readonly Dockerfile: {
    /** Absolute. */
    readonly file: string
  }
  readonly ImportedSteps: {
    /** What the environment says of the endpoint, such as `unix:///run/docker.sock`. */
    readonly endpoint: string
  }
  readonly ComposeFiles: Sought
  readonly NameFile: { readonly name: string }
  readonly KeptOverrides: { readonly directory: string }
  readonly ComposeModel: ComposeQuestion
  readonly StackModel: {
    readonly globals: ReadonlyArray<string>
    /** The values of `--compose-file`, each with all the files that it lists. */
    readonly files: ReadonlyArray<string>
    readonly descriptors: ReadonlyArray<number>
  }
  readonly ComposeVersion: { readonly form: Form; readonly globals: ReadonlyArray<string> }
}

/**
 * How to ask Compose for a project's model.
 *
 * **Details**
 *
 * - `globals`, `flags`: docker's global flags and Compose's, as the user gave them; `env`: what the plan changes.
 * - `profiles`: `all`, and where that is refused the user's own, with `services`; `own`: as the user said.
 * - `descriptors`: those of which files of the project are read, such as 0 for `-f -`.
 * - `sought`: where its files are looked for; `undefined` where only Compose can tell. An answer is remembered as long as
 *   they are the same.
 *
 * @category models
 * @since 0.1.0
 */
export interface ComposeQuestion {
  readonly form: Form
  readonly globals: ReadonlyArray<string>
  readonly flags: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string | null>>
  readonly profiles: "all" | "own"
  readonly services: ReadonlyArray<string>
  readonly descriptors: ReadonlyArray<number>
  readonly sought: Sought | undefined
}

/**
 * What Compose, or `docker stack`, says the project is: its `config`, decoded (of Compose what planning needs of it, see
 * `PlannedModel`), or that there is none, and why. `input` is
 * what was read on the way from descriptors, such as 0 for `-f -`, and nobody can read again.
 *
 * @category models
 * @since 0.1.0
 */
export type ComposeAnswer =
  | { readonly _tag: "Model"; readonly config: unknown; readonly input: ReadonlyArray<Input> }
  | { readonly _tag: "Refused"; readonly input: ReadonlyArray<Input>; readonly why?: string }

/**
 * Flags that a command of the real program has, the one that was asked for among them if the program has it. `unanswered`
 * says why the program did not tell.
 *
 * @category models
 */
export interface CommandFlags {
  readonly flags: ReadonlyArray<Flag>
  readonly unanswered: string | undefined
}

/**
 * What `config.json` says, as far as planning asks. A missing or unreadable file says nothing.
 *
 * @category models
 * @since 0.1.0
 */
export interface DockerConfig {
  readonly currentContext: string | undefined
  /** `aliases.builder`: the plugin that `docker build` is forwarded to. */
  readonly builderAlias: string | undefined
}

/**
 * What a context says of its endpoint, such as `ssh://other`; `undefined` where there is no such context, or it cannot be
 * read.
 *
 * @category models
 */
export interface DockerContext {
  readonly host: string | undefined
}

/**
 * A Compose file such as `{"name":"helix-task-12-shop"}`. It is made where it is not there yet, and stays, so that nothing
 * has to be taken away after the command; `file` is its absolute path, `undefined` where none can be kept.
 *
 * @category models
 * @since 0.1.0
 */
export interface NameFile {
  readonly file: string | undefined
}

/**
 * The first two numbers of a Compose's version; 0 where it could not be read.
 *
 * @category models
 * @since 0.1.0
 */
export interface ComposeVersion {
  readonly major: number
  readonly minor: number
}

/**
 * What is known of a Dockerfile: the digest of its text, `undefined` if that cannot be read, and whether the build would
 * send the cache directory to the builder, because it is in the context and not in `.dockerignore`.
 *
 * @category models
 */
export interface BuildFiles {
  readonly digest: string | undefined
  readonly sendsCache: boolean
}

/**
 * The type of each question's answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Answers {
  readonly RealPath: RealPath
  readonly DockerConfig: DockerConfig
  readonly DockerContext: DockerContext
  readonly Builder: Builder
  readonly CommandFlags: CommandFlags
  readonly CacheDirectory: CacheDirectory
  readonly BuildFiles: BuildFiles
  /** A digest; `undefined` where it cannot be told, or not cheaply. */
  readonly BuildContext: string | undefined
  /** Its text; `undefined` where it cannot be read, or is too long to be one. */
  readonly Dockerfile: string | undefined
  /** Digests of their commands (`StepRefresh.digestOf`). */
  readonly ImportedSteps: ReadonlyArray<string>
  readonly ComposeFiles: ComposeFiles
  readonly NameFile: NameFile
  readonly KeptOverrides: ReadonlyArray<KeptOverride>
  readonly ComposeModel: ComposeAnswer
  readonly StackModel: ComposeAnswer
  readonly ComposeVersion: ComposeVersion
}

/**
 * A question with its answer.
 *
 * @category models
 * @since 0.1.0
 */
export interface Known<T extends keyof Questions> {
  readonly question: Of<T>
  readonly answer: Answers[T]
}

/**
 * The answers known so far, by the `id` of their questions.
 *
 * @category models
 * @since 0.1.0
 */
export type Facts = { readonly [T in keyof Answers]: ReadonlyMap<string, Known<T>> }

/**
 * No answers.
 *
 * @category constructors
 * @since 0.1.0
 */
export const none: Facts = {
  RealPath: new Map(),
  DockerConfig: new Map(),
  DockerContext: new Map(),
  Builder: new Map(),
  CommandFlags: new Map(),
  CacheDirectory: new Map(),
  BuildFiles: new Map(),
  BuildContext: new Map(),
  Dockerfile: new Map(),
  ImportedSteps: new Map(),
  ComposeFiles: new Map(),
  NameFile: new Map(),
  KeptOverrides: new Map(),
  ComposeModel: new Map(),
  StackModel: new Map(),
  ComposeVersion: new Map()
}

/**
 * A text equal for equal questions, and only for those. Of a path that is the path itself, which no other question's begins
 * like: a command can have hundreds.
 */
export const id = (question: { readonly _tag: string; readonly path?: string | undefined }): string =>
  question._tag === "RealPath" && question.path !== undefined ? question.path : JSON.stringify(question)

/**
 * What is known of a question; `undefined` where it was not answered yet.
 *
 * @category accessors
 */
export const find = <T extends keyof Questions>(facts: Facts, question: Of<T>): Known<T> | undefined => {
  const known: ReadonlyMap<string, Known<T>> = facts[question._tag]
  return known.get(id(question))
}

/**
 * The facts with one more answer; an earlier answer to the same question is replaced.
 *
 * @category constructors
 * @since 0.1.0
 */
export const answer = <T extends keyof Questions>(facts: Facts, question: Of<T>, value: Answers[T]): Facts =>
  answerAll(facts, question._tag, [{ question, answer: value }])

/**
 * The facts with more answers of one kind, in time proportional to their number: what `answer` does to each, in order.
 *
 * @category constructors
 * @since 0.1.0
 */
export const answerAll = <T extends keyof Questions>(facts: Facts, kind: T, known: ReadonlyArray<Known<T>>): Facts => {
  if (known.length === 0) return facts
  const all = new Map<string, Known<T>>(facts[kind])
  for (const one of known) all.set(id(one.question), one)
  return { ...facts, [kind]: all }
}

/**
 * The questions, each once, in the order in which they were first asked.
 *
 * @category accessors
 * @since 0.1.0
 */
export const distinct = (questions: ReadonlyArray<Question>): ReadonlyArray<Question> => [
  ...new Map(questions.map((question) => [id(question), question])).values()
]

/**
 * The facts with what turned out about the cache directory since it was asked about.
 *
 * @category constructors
 * @since 0.1.0
 */
export const reviseCacheDirectory = (facts: Facts, revise: (known: CacheDirectory) => CacheDirectory): Facts => ({
  ...facts,
  CacheDirectory: new Map(
    [...facts.CacheDirectory].map(([name, { answer, question }]) => [name, { question, answer: revise(answer) }])
  )
})

/**
 * The facts with no model of a project: the command is then planned without an override file, for want of a place for one.
 *
 * @category constructors
 * @since 0.1.0
 */
export const withoutModels = (facts: Facts): Facts => ({
  ...facts,
  ComposeModel: new Map(
    [...facts.ComposeModel].map(([name, { answer, question }]) => [
      name,
      question.profiles === "own" ? { question, answer } : { question, answer: { ...answer, _tag: "Refused" } }
    ])
  ),
  StackModel: new Map(
    [...facts.StackModel].map(([name, { answer, question }]) => [
      name,
      { question, answer: { ...answer, _tag: "Refused" } }
    ])
  )
})
