/** Are the real docker and Compose there, and in versions that the shim is tested with? */
import * as Effect from "effect/Effect"
import coerce from "semver/functions/coerce.js"
import lt from "semver/functions/lt.js"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import * as Failure from "../Failure.ts"
import type { Check, Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"

/** The oldest that the tests run with. */
const oldest = { docker: "20.10.0", buildx: "0.13.0", compose: "2.26.0" }

/** The real programs, found and not the shim, and their plugins. */
export const check: Check = (examination) =>
  Effect.gen(function*() {
    const docker = yield* dockerFinding(examination)
    return examination.docker === undefined
      ? [docker]
      : [docker, composeFinding(examination), buildxFinding(examination)]
  })

const dockerFinding = (examination: Examination): Effect.Effect<Finding.Finding> =>
  Effect.gen(function*() {
    const { docker, invocation, shim } = examination
    if (docker === undefined) {
      const located = RealProgram.locate("docker", { ...invocation, argv0: "docker" }, shim)
      const [what, ...next] = located._tag === "Located" ? [""] : Failure.message(located).split("\n\n")
      return Finding.fail("docker", what ?? "", next.join(" "))
    }
    const ran = yield* examination.ask(["--version"])
    return ran.code === 0
      ? versioned("docker", "docker", docker, ran.stdout.trim(), oldest.docker)
      : Finding.fail(
        "docker",
        `${docker} does not run: ${ran.stderr.trim()}`,
        "name the real docker in DOCKER_SHIM_REAL_DOCKER"
      )
  })

const versioned = (part: string, name: string, file: string, version: string, least: string): Finding.Finding => {
  const number = coerce(version)
  return number !== null && lt(number, least)
    ? Finding.warn(
      part,
      `${file}, version ${number.version}`,
      `update ${name}: the shim is tested with ${least} and later`
    )
    : Finding.ok(part, `${file}${number === null ? "" : `, version ${number.version}`}`)
}

const plugin = (
  examination: Examination,
  name: string
): { readonly file: string; readonly version: string } | undefined => {
  const plugins = JsonObject.list(JsonObject.field(examination.info, "ClientInfo"), "Plugins")
  const found = plugins.find((one) => JsonObject.text(one, "Name") === name)
  const file = JsonObject.text(found, "Path")
  return file === undefined ? undefined : { file, version: JsonObject.text(found, "Version") ?? "" }
}

const composeFinding = (examination: Examination): Finding.Finding => {
  const located = RealProgram.locate(
    "docker-compose",
    { ...examination.invocation, argv0: "docker-compose" },
    examination.shim
  )
  const found = plugin(examination, "compose")
  if (located._tag !== "Located") {
    return found === undefined
      ? Finding.ok("compose", "not installed, neither as a plugin nor on PATH; only 'docker compose' needs it")
      : Finding.fail(
        "compose",
        "the only docker-compose is the shim",
        "install docker-compose, or name it in DOCKER_SHIM_REAL_COMPOSE"
      )
  }
  return versioned("compose", "Compose", located.file, found?.version ?? "", oldest.compose)
}

const buildxFinding = (examination: Examination): Finding.Finding => {
  const found = plugin(examination, "buildx")
  return found === undefined
    ? Finding.warn("buildx", "docker has no buildx plugin: builds cannot share a cache", "install docker-buildx")
    : versioned("buildx", "buildx", found.file, found.version, oldest.buildx)
}
