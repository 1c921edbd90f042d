/** Examines everything that the shim relies on. */
import * as Effect from "effect/Effect"
import * as Endpoint from "../../core/argv/Endpoint.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as JsonObject from "../../core/syntax/JsonObject.ts"
import * as RealProgram from "../docker/RealProgram.ts"
import { extend } from "../fast-path/ChildProgram.ts"
import { ProbeRunner, unanswered } from "../services/ProbeRunner.ts"
import * as Version from "../Version.ts"
import * as CacheCheck from "./CacheCheck.ts"
import * as DaemonCheck from "./DaemonCheck.ts"
import type { Check, Examination } from "./Examination.ts"
import * as Finding from "./Finding.ts"
import * as FoundMappingsCheck from "./FoundMappingsCheck.ts"
import * as GatewayCheck from "./GatewayCheck.ts"
import * as MappingCheck from "./MappingCheck.ts"
import * as PlacesCheck from "./PlacesCheck.ts"
import * as ProgramsCheck from "./ProgramsCheck.ts"
import * as ProjectCheck from "./ProjectCheck.ts"
import * as SessionDaemonCheck from "./SessionDaemonCheck.ts"
import * as SettingsCheck from "./SettingsCheck.ts"
import * as UmaskCheck from "./UmaskCheck.ts"

/** In an order in which each check builds on those before it. */
const checks: ReadonlyArray<Check> = [
  PlacesCheck.check,
  ProgramsCheck.check,
  DaemonCheck.check,
  SessionDaemonCheck.check,
  GatewayCheck.check,
  MappingCheck.check,
  ProjectCheck.check,
  CacheCheck.check,
  UmaskCheck.check
]

/** All findings, in the order of the checks. */
export const examine = Effect.fn("Doctor.examine")(function*(
  invocation: Invocation,
  shim: string,
  progress: (done: number, all: number) => void = () => undefined
) {
  const self = Finding.ok("docker-shim", `version ${Version.described}, ${shim}`)
  const { finding, settings } = SettingsCheck.check(invocation.env, invocation.machine)
  if (settings === undefined) return [self, finding]
  const runner = yield* ProbeRunner
  const host = settings.dockerHost
  const isNamed = host === undefined || Endpoint.isNamed(Endpoint.noFlags, invocation.env)
  const env = extend(invocation.env, isNamed ? {} : { DOCKER_HOST: host })
  const called = RealProgram.onPath("docker", invocation.env, shim) ?? "docker"
  const located = RealProgram.locate("docker", { ...invocation, argv0: called }, shim)
  const docker = located._tag === "Located" ? located.file : undefined
  const ask: Examination["ask"] = (args) =>
    docker === undefined
      ? Effect.succeed({ code: unanswered, stdout: "", stderr: "docker was not found" })
      : runner.run({ file: docker, args, env })
  const found = yield* FoundMappingsCheck.settle(invocation, settings)
  const asked = yield* ask(["info", "--format", "{{json .}}"])
  const examination: Examination = {
    invocation,
    env: invocation.env,
    shim,
    settings: found.settings,
    ...(found.answer === undefined ? {} : { found: found.answer }),
    docker,
    ask,
    info: JsonObject.parse(asked.stdout),
    infoError: asked.stderr.trim()
  }
  const findings: ReadonlyArray<ReadonlyArray<Finding.Finding>> = yield* Effect.forEach(
    checks,
    (check, at) => Effect.tap(check(examination), () => progress(at + 1, checks.length))
  )
  return [self, finding, ...found.findings, ...findings.flat()]
})
