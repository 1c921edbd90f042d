/**
 * Does the daemon answer, how does it keep images, and can the builder share its cache?
 */
import * as Effect from "effect/Effect"
import * as BuildxInspect from "../../core/builder/BuildxInspect.ts"
import * as DaemonInfo from "../../core/builder/DaemonInfo.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import type { Check, Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/**
 * The endpoint, the daemon, its image store and the builder.
 *
 * @category checks
 * @since 0.1.0
 */
export const check: Check = (examination) =>
  examination.docker === undefined
    ? Effect.succeed([Finding.unchecked("daemon", "without docker nothing can be asked")])
    : Effect.gen(function*() {
      const endpoint = yield* endpointOf(examination)
      const version = JsonObject.text(examination.info, "ServerVersion")
      if (version === undefined) {
        const [why] = JsonObject.texts(examination.info, "ServerErrors")
        return [
          Finding.fail(
            "daemon",
            `no daemon answers at ${endpoint}: ${why ?? examination.infoError}`,
            "start it, or name another in DOCKER_HOST or DOCKER_SHIM_DOCKER_HOST"
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
      "turn on the containerd image store of the daemon: {\"features\": {\"containerd-snapshotter\": true}} in daemon.json"
    )
}

/** The one that `docker build` uses: named in `BUILDX_BUILDER`, else after the current context. */
const builder = (examination: Examination): Effect.Effect<Finding.Finding> =>
  Effect.gen(function*() {
    const context = yield* examination.ask(["context", "show"])
    const named = (examination.env["BUILDX_BUILDER"] ?? "") === "" && context.code === 0 ? [context.stdout.trim()] : []
    const answer = BuildxInspect.read(yield* examination.ask(["buildx", "inspect", ...named]))
    if (answer._tag === "Shared") return Finding.ok("builder", answer.why)
    return answer._tag === "Exporting"
      ? Finding.ok("builder", `driver ${answer.driver}, can export its cache`)
      : Finding.warn("builder", `builds do not share the cache: ${answer.why}`, "see 'docker buildx inspect'")
  })
