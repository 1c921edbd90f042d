/** Does the daemon answer, how does it store images, and can the builder share its cache? */
import * as Effect from "effect/Effect"
import * as Argv from "../../core/argv/Argv.ts"
import type { Builder } from "../../core/builder/Builder.ts"
import * as BuildxInspect from "../../core/builder/BuildxInspect.ts"
import * as DaemonInfo from "../../core/builder/DaemonInfo.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import type { Check, Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** The endpoint, the daemon, its image store and the builder. */
export const check: Check = (examination) =>
  examination.docker === undefined
    ? Effect.succeed([Finding.unchecked("daemon", "there is no docker to ask")])
    : Effect.gen(function*() {
      const endpoint = yield* endpointOf(examination)
      const version = JsonObject.text(examination.info, "ServerVersion")
      if (version === undefined) {
        const [why] = JsonObject.texts(examination.info, "ServerErrors")
        const error = why ?? examination.infoError
        return [
          Finding.fail(
            "daemon",
            `no daemon answers at ${endpoint}: ${error}`,
            error.includes("permission denied")
              ? "run this as root, or give this user access to the socket (its group, mostly docker)"
              : "start it, or set DOCKER_HOST or DOCKER_SHIM_DOCKER_HOST to another one"
          )
        ]
      }
      return [
        Finding.ok("daemon", `version ${version} at ${endpoint}`),
        imageStore(examination.info),
        yield* builder(examination)
      ]
    })

const endpointOf = (examination: Examination): Effect.Effect<string> =>
  examination.ask(["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]).pipe(
    Effect.map((ran) => ran.stdout.trim() || "its usual place")
  )

/** The containerd image store says which snapshotter it has (moby 24.0 and later, `daemon/info.go`). */
const imageStore = (info: unknown): Finding.Finding => {
  const driver = JsonObject.text(info, "Driver") ?? ""
  return DaemonInfo.storesInContainerd(info)
    ? Finding.ok("image store", `containerd (${driver})`)
    : Finding.warn(
      "image store",
      `classic (${driver}): builds cannot export their cache`,
      "put {\"features\": {\"containerd-snapshotter\": true}} into the daemon's daemon.json and restart it; images and containers "
        + "of the classic store are hidden until you switch back"
    )
}

const builderStep = ({ _tag }: Builder, { env }: Examination): string => {
  switch (_tag) {
    case "Legacy":
      return "install docker-buildx"
    case "ImportOnly":
      return "turn on the containerd image store, as above"
    case "Exporting":
    case "Shared":
    case "Unknown":
      return (env["BUILDX_BUILDER"] ?? "") === ""
        ? "'docker buildx ls' shows the builders; 'docker buildx use default' takes the daemon's own"
        : "unset BUILDX_BUILDER, which names this one"
  }
}

/** The one that `docker build` uses: named in `BUILDX_BUILDER`, else after the current context. */
const builder = (examination: Examination): Effect.Effect<Finding.Finding> =>
  Effect.gen(function*() {
    const legacy = examination.env["DOCKER_BUILDKIT"]
    if (Argv.parseBoolean(legacy ?? "1") === false) {
      return Finding.warn(
        "builder",
        `DOCKER_BUILDKIT=${legacy ?? ""} selects the legacy builder: docker build shares no cache`,
        "unset DOCKER_BUILDKIT"
      )
    }
    const context = yield* examination.ask(["context", "show"])
    const named = (examination.env["BUILDX_BUILDER"] ?? "") === "" && context.code === 0 ? [context.stdout.trim()] : []
    const answer = BuildxInspect.read(yield* examination.ask(["buildx", "inspect", ...named]))
    if (answer._tag === "Shared") return Finding.ok("builder", answer.why)
    return answer._tag === "Exporting"
      ? Finding.ok("builder", `driver ${answer.driver}, can export its cache`)
      : Finding.warn("builder", `builds do not share the cache: ${answer.why}`, builderStep(answer, examination))
  })
