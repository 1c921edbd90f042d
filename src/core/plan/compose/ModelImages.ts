/**
 * Tells which services Compose will not build, because their images are there.
 */
import * as Argv from "../../argv/Argv.ts"
import * as ComposeCall from "../../compose/ComposeCall.ts"
import * as ComposeModel from "../../compose/ComposeModel.ts"
import * as JsonObject from "../../syntax/JsonObject.ts"
import * as Planning from "../Planning.ts"
import type { Situation } from "../Situation.ts"

/**
 * The services, by name, whose images the session's daemon has, with these images.
 *
 * **Details**
 *
 * Without `--build`, Compose builds a service if the daemon lacks its image, or has it for another platform, or if the service
 * says `pull_policy: build` (docker/compose 2.26.1, 2.40.3 and 5.5.0, `pkg/compose/build.go`, `build` and
 * `getLocalImagesDigests`; `cmd/compose/create.go`, `Apply`). Whatever else may make it build counts as missing: a platform, a
 * build that another one starts from, and a watched service, which is built again later. What is wrong here costs a build its
 * cache, so only the session's own daemon is asked.
 */
export const there = (
  services: ReadonlyArray<ComposeModel.Part>,
  call: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  { facts, invocation, settings }: Situation
): Planning.Planning<ReadonlyMap<string, string>> => {
  const { elsewhere, sessionSocket: socket } = settings
  if (socket === undefined || elsewhere !== undefined || !buildsOnlyMissing(call)) return Planning.of(new Map())
  if ((invocation.env["DOCKER_DEFAULT_PLATFORM"] ?? "") !== "") return Planning.of(new Map())
  const bases = new Set(model.services.flatMap(({ fields }) => ComposeModel.builtFrom(fields)))
  const isWatching = !["detach", "no-start", "wait"].some((flag) => ComposeCall.isTrue(call.line.tokens, flag))
  const named = services.flatMap(({ fields, name }) => {
    const isBuilt = JsonObject.text(fields, "pull_policy") === "build" || bases.has(name)
      || JsonObject.text(fields, "platform") !== undefined
      || (isWatching && JsonObject.field(fields, "develop") !== undefined)
    const image = isBuilt ? undefined : imageOf({ fields, name }, call, model, invocation.env)
    return image === undefined ? [] : [[name, image] as const]
  })
  if (named.length === 0) return Planning.of(new Map())
  const images = [...new Set(named.map(([, image]) => image))]
  return Planning.map(Planning.ask({ facts }, { _tag: "LocalImages", socket, images }), (present) => {
    const found = new Set(present)
    return new Map(named.filter(([, image]) => found.has(image)))
  })
}

/** Whether a command builds nothing that is there: `watch` does, and so do flags. */
const buildsOnlyMissing = ({ line }: ComposeCall.ComposeCall): boolean =>
  line.command._tag === "ComposeCommand" && ["up", "create", "run"].includes(line.command.name)
  && !["build", "watch"].some((flag) => ComposeCall.isTrue(line.tokens, flag))
  && Argv.value(line.tokens, "pull") !== "build"

/**
 * The name that Compose gives a service's image; `undefined` if it is not certain, or has a character that no such name has. Between
 * the project's name and the service's stands `_` if `COMPOSE_COMPATIBILITY` is set.
 */
const imageOf = (
  { fields, name }: ComposeModel.Part,
  { line }: ComposeCall.ComposeCall,
  model: ComposeModel.ComposeModel,
  env: Situation["invocation"]["env"]
): string | undefined => {
  const own = JsonObject.text(fields, "image")
  const isUsual = !ComposeCall.isTrue(line.group, "compatibility") && (env["COMPOSE_COMPATIBILITY"] ?? "") === ""
  const given = isUsual && model.name !== "" ? `${model.name}-${name}` : undefined
  const image = own === undefined ? given : ComposeModel.unescape(own)
  return image !== undefined && /^\w[\w./:@-]*$/.test(image) ? image : undefined
}
