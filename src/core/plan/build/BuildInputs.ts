/**
 * The inputs of a build, as a text. If it is equal for two builds, the second should find all its steps in the cache of the
 * first.
 *
 * **Details**
 *
 * It need not be exact. If two texts differ without need, the build exports everything. If they are wrongly equal, the shim
 * notices after the build (`CacheExport.isExpected`).
 */
import * as Argv from "../../argv/Argv.ts"
import { memoOfTexts } from "../../argv/Memo.ts"
import * as RemoteContext from "../../cache/RemoteContext.ts"
import type * as Question from "../../facts/Question.ts"
import type { Env, Invocation } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as Digest from "../../syntax/Digest.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as BuildSubject from "./BuildSubject.ts"

/** Where to look for what a build is made from: its context, and what else changes its steps. */
interface Sources {
  readonly context: Question.Of<"BuildContext">
  readonly parameters: unknown
}

/** Flags of `docker build` that change no step: they concern where it runs, its output, and the result. */
const outside: ReadonlySet<string> = new Set([
  "annotation",
  "attest",
  "builder",
  "file",
  "iidfile",
  "label",
  "load",
  "metadata-file",
  "output",
  "progress",
  "provenance",
  "pull",
  "push",
  "quiet",
  "sbom",
  "secret",
  "ssh",
  "tag"
])

/**
 * The inputs of a build such as `-t app --build-arg A=1 .`; `undefined` if the context is not one directory of the client, or
 * if steps must run whatever the cache holds (`--no-cache-filter`).
 */
export const ofCommandLine = (
  tokens: ReadonlyArray<Argv.Token>,
  situation: Situation
): Planning.Planning<string | undefined> => find(sourcesOfCommandLine(tokens, situation.invocation), situation)

const sourcesOfCommandLine = (
  tokens: ReadonlyArray<Argv.Token>,
  { cwd, env }: Invocation
): Sources | undefined => {
  const [context] = Argv.positionals(tokens)
  if (context === undefined || RemoteContext.is(context) || BuildSubject.readsStandardInput(tokens)) return undefined
  if (Argv.has(tokens, "build-context") || Argv.has(tokens, "no-cache-filter")) return undefined
  const file = Argv.value(tokens, "file") ?? ""
  if ([context, file].some(RemoteContext.is)) return undefined
  const directory = PosixPath.join(cwd, context)
  const options = tokens.filter((token) => token._tag === "Option").filter(({ flags }) =>
    flags.some(({ name }) => !outside.has(name))
  )
  return {
    context: contextOf(directory, file === "" ? "Dockerfile" : PosixPath.join(cwd, file)),
    parameters: [
      options.map((option) => [option.flags.map(({ name }) => name), Argv.valueOf(option)]),
      fromEnvironment(Argv.values(tokens, "build-arg"), env)
    ]
  }
}

/** Fields of a service's `build:` that change no step, and those that {@link ofService} reads by themselves. */
const outsideOfService: ReadonlySet<string> = new Set([
  "cache_from",
  "cache_to",
  "context",
  "dockerfile",
  "labels",
  "provenance",
  "pull",
  "sbom",
  "secrets",
  "ssh",
  "tags"
])

/**
 * The inputs of a service's `build:` in the model, for a call such as `compose build --build-arg A=1`; `undefined` as for
 * {@link ofCommandLine}.
 */
export const ofService = (
  build: unknown,
  tokens: ReadonlyArray<Argv.Token>,
  situation: Situation
): Planning.Planning<string | undefined> => find(sourcesOfService(build, tokens, situation.invocation), situation)

const sourcesOfService = (
  build: unknown,
  tokens: ReadonlyArray<Argv.Token>,
  { env }: Invocation
): Sources | undefined => {
  const fields = JsonObject.entries(build)
  const directory = JsonObject.text(build, "context")
  if (directory === undefined || !PosixPath.isAbsolute(directory)) return undefined
  if (fields.some(([name]) => name === "additional_contexts" || name === "no_cache_filter")) return undefined
  if (RemoteContext.is(JsonObject.text(build, "dockerfile") ?? "")) return undefined
  const isInline = JsonObject.text(build, "dockerfile_inline") !== undefined
  const given = JsonObject.entries(JsonObject.field(build, "args")).flatMap(([name, value]) =>
    value === null ? [name] : []
  )
  const flags = Argv.values(tokens, "build-arg")
  return {
    context: contextOf(directory, isInline ? undefined : JsonObject.text(build, "dockerfile") ?? "Dockerfile"),
    parameters: [
      fields.filter(([name]) => !outsideOfService.has(name)),
      flags,
      fromEnvironment([...given, ...flags], env)
    ]
  }
}

const contextOf = (directory: string, dockerfile: string | undefined): Question.Of<"BuildContext"> => ({
  _tag: "BuildContext",
  directory,
  dockerfile: dockerfile === undefined ? undefined : PosixPath.join(directory, dockerfile)
})

/**
 * The values that build arguments without a value take from the environment, and the arguments that buildx itself adds to each
 * build.
 */
const fromEnvironment = (given: ReadonlyArray<string>, env: Env): ReadonlyArray<unknown> =>
  [...given.filter((one) => !one.includes("=")), "SOURCE_DATE_EPOCH"].map((name) => [name, env[name]])

const hashOf = memoOfTexts(Digest.sha256)

/** A digest such as `9f3c…`: a hash, because build arguments can be secrets. */
const find = (sources: Sources | undefined, situation: Situation): Planning.Planning<string | undefined> =>
  sources === undefined ? Planning.of(undefined) : Planning.map(
    Planning.ask(situation, sources.context),
    (context) =>
      context === undefined ? undefined : hashOf(situation.invocation)(JSON.stringify([context, sources.parameters]))
  )
