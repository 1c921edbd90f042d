// An Effect program that plans with the shell's services, and a fake for one of them.
import { Facts, type Invocation } from "docker-shim"
import { Planner, ProbeRunner, RealPrograms, Services } from "docker-shim/shell"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const invocation: Invocation.Invocation = {
  argv0: "docker",
  argv: ["volume", "create", "-o", "device=/home/retro/work/db", "db"],
  env: { WORKSPACE_DIR: "/data/workspaces/ses1", DOCKER_SHIM_REAL_DOCKER: process.execPath },
  cwd: "/"
}

const program = Effect.gen(function*() {
  const planner = yield* Planner
  const programs = yield* RealPrograms
  const { plan } = yield* planner.plan(Facts.none)
  return [yield* programs.locate(plan.program), ...plan.args]
})

const silent: Layer.Layer<ProbeRunner> = Layer.succeed(ProbeRunner, {
  run: () => Effect.succeed({ code: 0, stdout: "", stderr: "" })
})

const words = await Effect.runPromise(
  program.pipe(Effect.provide(Services.planning(invocation, "/shim")), Effect.provide(silent))
)
console.log(words[0] === process.execPath, words.slice(1).join(" "))
