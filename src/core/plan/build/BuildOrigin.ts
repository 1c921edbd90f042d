/**
 * Tells builds of one key apart: two projects that both say `-t web`, two Dockerfiles of one image, two branches with different
 * Dockerfiles.
 */
import * as Argv from "../../argv/Argv.ts"
import { memoOfTexts } from "../../argv/Memo.ts"
import * as RemoteContext from "../../cache/RemoteContext.ts"
import type * as Question from "../../facts/Question.ts"
import type { Env } from "../../Invocation.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import type { Settings } from "../../settings/Settings.ts"
import * as Digest from "../../syntax/Digest.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as SessionPath from "./SessionPath.ts"

/**
 * The traits that tell builds apart. `dockerfile` and `context` are paths as all sessions have them; `args` are build arguments
 * and further contexts, `A=1`, in any order; `question` asks for the Dockerfile's text where that is a file of the client's.
 */
export interface Traits {
  readonly context: string
  readonly dockerfile: string
  readonly args: ReadonlyArray<string>
  readonly question: Question.Of<"BuildFiles"> | undefined
}

/**
 * The answer about a build: its origin, 32 hex digits, and whether it would send the cache directory to the builder.
 */
export interface BuildOrigin {
  readonly origin: string
  readonly sendsCache: boolean
}

/** The origin of a build such as `-t app --build-arg A=1 -f Dev .` */
export const ofCommandLine = (
  tokens: ReadonlyArray<Argv.Token>,
  situation: Situation
): Planning.Planning<BuildOrigin> => find(traitsOfCommandLine(tokens, situation), situation)

const traitsOfCommandLine = (
  tokens: ReadonlyArray<Argv.Token>,
  { invocation: { cwd, env }, settings }: Situation
): Traits => {
  const [context = "."] = Argv.positionals(tokens)
  const args = [
    ...withValues(Argv.values(tokens, "build-arg"), env),
    ...Argv.values(tokens, "build-context").map(withoutSecrets)
  ]
  return traits(context, Argv.value(tokens, "file") ?? "", args, settings, cwd)
}

/**
 * The traits of a service's `build:` in the model, for a call such as `compose build --build-arg A=1`. They are the same as for
 * the same build by `docker build`.
 */
export const traitsOfService = (
  build: unknown,
  tokens: ReadonlyArray<Argv.Token>,
  { invocation: { cwd, env }, settings }: Omit<Situation, "facts">
): Traits => {
  const args = [
    ...JsonObject.entries(JsonObject.field(build, "args")).map(([name, value]) =>
      value === null ? name : `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`
    ),
    ...Argv.values(tokens, "build-arg")
  ]
  const contexts = JsonObject.entries(JsonObject.field(build, "additional_contexts")).map(([name, value]) =>
    withoutSecrets(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`)
  )
  const inline = JsonObject.text(build, "dockerfile_inline")
  const named = JsonObject.text(build, "dockerfile") ?? ""
  const context = JsonObject.text(build, "context") ?? "."
  const file = named === "" || RemoteContext.is(context) || PosixPath.isAbsolute(named)
    ? named
    : PosixPath.join(PosixPath.join(cwd, context), named)
  const all = [...withValues(args, env), ...contexts]
  if (inline === undefined) return traits(context, file, all, settings, cwd)
  return { ...traits(context, "-", all, settings, cwd), dockerfile: `-${inline}` }
}

/** In a working directory that was deleted nothing relative can be found. */
const located = (path: string, cwd: string): string | undefined =>
  cwd !== "" || PosixPath.isAbsolute(path) ? PosixPath.join(cwd, path) : undefined

const traits = (
  context: string,
  file: string,
  args: ReadonlyArray<string>,
  settings: Settings,
  cwd: string
): Traits => {
  const local = (path: string): string => SessionPath.print(PosixPath.join(cwd, path), settings)
  const isLocal = context !== "-" && !RemoteContext.is(context)
  const directory = isLocal ? located(context, cwd) : undefined
  const path = file === ""
    ? (directory === undefined ? undefined : `${directory}/Dockerfile`)
    : PosixPath.join(cwd, file)
  const isFile = file !== "-" && !RemoteContext.is(file) && path !== undefined && !RemoteContext.is(context)
  return {
    args,
    context: isLocal ? local(context) : context === "-" ? `-${local(".")}` : RemoteContext.print(context),
    dockerfile: isFile ? SessionPath.print(path, settings) : withoutSecrets(file),
    question: isFile || directory !== undefined
      ? { _tag: "BuildFiles", path: isFile ? path : undefined, context: directory, cache: settings.cache.directory }
      : undefined
  }
}

/** A further context `name=URL`, or a Dockerfile's URL, without its secrets. */
const withoutSecrets = (text: string): string => {
  const [name = "", ...value] = text.split("=")
  const place = value.join("=")
  if (RemoteContext.is(place)) return `${name}=${RemoteContext.print(place)}`
  return RemoteContext.is(text) ? RemoteContext.print(text) : text
}

/** Build arguments without a value have that of the environment. */
const withValues = (args: ReadonlyArray<string>, env: Env): ReadonlyArray<string> =>
  args.map((arg) => arg.includes("=") ? arg : `${arg}=${env[arg] ?? ""}`)

/** The origin of a build with these traits: a hash, because build arguments can be secrets. */
export const find = (
  { args, context, dockerfile, question }: Traits,
  situation: Situation
): Planning.Planning<BuildOrigin> => {
  const files = question === undefined
    ? Planning.of({ digest: undefined, sendsCache: false })
    : Planning.ask(situation, question)
  return Planning.map(files, ({ digest, sendsCache }) => {
    const whole = JSON.stringify([context, dockerfile, digest ?? "", [...args].sort()])
    return { sendsCache, origin: hashOf(situation.invocation)(whole).slice(0, originLength) }
  })
}

const hashOf = memoOfTexts(Digest.sha256)

const originLength = 32
