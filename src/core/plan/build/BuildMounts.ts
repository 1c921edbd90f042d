/**
 * Asks which steps of a build must run because a later one can need what they leave in a cache mount.
 */
import * as Argv from "../../argv/Argv.ts"
import * as RemoteContext from "../../cache/RemoteContext.ts"
import * as PosixPath from "../../paths/PosixPath.ts"
import * as MountDependence from "../../syntax/dockerfile/MountDependence.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"
import * as BuildSubject from "./BuildSubject.ts"

/**
 * Finds these steps for a build such as `-f docker/Dev .`. If the Dockerfile is not a file of the client's, the result is
 * unknown.
 */
export const ofCommandLine = (
  tokens: ReadonlyArray<Argv.Token>,
  situation: Situation
): Planning.Planning<MountDependence.MountDependence> => {
  const { cwd } = situation.invocation
  const [context = ""] = Argv.positionals(tokens)
  const file = Argv.value(tokens, "file") ?? ""
  if (BuildSubject.readsStandardInput(tokens) || [context, file].some(RemoteContext.is) || hasOwnSyntax(tokens)) {
    return unknown
  }
  return find(
    file === "" ? PosixPath.join(PosixPath.join(cwd, context), "Dockerfile") : PosixPath.join(cwd, file),
    Argv.has(tokens, "build-context"),
    situation
  )
}

/** Finds these steps for a service's `build:`, as the model has it. */
export const ofService = (
  build: unknown,
  tokens: ReadonlyArray<Argv.Token>,
  situation: Situation
): Planning.Planning<MountDependence.MountDependence> => {
  const hasContexts = JsonObject.entries(JsonObject.field(build, "additional_contexts")).length > 0
    || JsonObject.list(build, "additional_contexts").length > 0
  const names = JsonObject.entries(JsonObject.field(build, "args")).map(([name]) => name)
  if (names.includes(syntaxArgument) || hasOwnSyntax(tokens)) return unknown
  const inline = JsonObject.text(build, "dockerfile_inline")
  if (inline !== undefined) return Planning.of(MountDependence.analyze(inline, hasContexts))
  const directory = JsonObject.text(build, "context")
  const file = JsonObject.text(build, "dockerfile") ?? "Dockerfile"
  if (directory === undefined || !PosixPath.isAbsolute(directory) || RemoteContext.is(file)) return unknown
  return find(PosixPath.join(directory, file), hasContexts, situation)
}

/** The build argument that names another front end (buildkit 0.25, `frontend/dockerfile/builder/build.go`). */
const syntaxArgument = "BUILDKIT_SYNTAX"

const hasOwnSyntax = (tokens: ReadonlyArray<Argv.Token>): boolean =>
  Argv.values(tokens, "build-arg").some((one) => one.split("=")[0] === syntaxArgument)

const unknown: Planning.Planning<MountDependence.MountDependence> = Planning.of(MountDependence.unknown)

const find = (
  file: string,
  hasContexts: boolean,
  situation: Situation
): Planning.Planning<MountDependence.MountDependence> =>
  Planning.map(
    Planning.ask(situation, { _tag: "Dockerfile", file }),
    (text) => MountDependence.analyze(text, hasContexts)
  )
