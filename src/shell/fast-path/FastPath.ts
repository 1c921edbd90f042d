/**
 * The way of most commands: plan with plain calls only, and become the real program. To start fast, it loads what commands of a
 * Compose project need, a YAML reader with it, only for those, and remembered mounts only for `DOCKER_SHIM_PATH_MAP=auto`. A plan
 * that needs more goes to the services.
 */
import * as Program from "../../core/argv/Program.ts"
import * as ExecPlan from "../../core/ExecPlan.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as Plan from "../../core/Plan.ts"
import * as Settings from "../../core/settings/Settings.ts"
import * as Failure from "../Failure.ts"
import * as ChildProcess from "../process/ChildProcess.ts"
import * as ReplaceProcess from "../process/ReplaceProcess.ts"
import * as SignalRelay from "../process/SignalRelay.ts"
import * as Answers from "./Answers.ts"
import * as ChildProgram from "./ChildProgram.ts"
import type { ProjectQuestion } from "./ProjectCommands.ts"
import * as Reporter from "./Reporter.ts"

/**
 * The names under which the shim acts as that program. Under any other name, such as `docker-shim-linux-arm64`, it is
 * `docker-shim`.
 */
const shims: ReadonlySet<string> = new Set(["docker", "docker-compose"])

/** Whether the shim was called by a name of its own, not as `docker` or `docker-compose`. */
export const isOwnCommand = (argv0: string): boolean => !shims.has(argv0.slice(argv0.lastIndexOf("/") + 1))

/** Carries out one call of the shim. `shim` is the shim's own file; `handOver` takes what needs the services. */
export const main = (invocation: Invocation, shim: string, handOver: HandOver): void =>
  proceed(Plan.withoutAdded(invocation), shim, handOver, Facts.none)

type HandOver = (invocation: Invocation, shim: string, facts: Facts.Facts) => void

const proceed = (invocation: Invocation, shim: string, handOver: HandOver, known: Facts.Facts): void => {
  const outcome = Answers.settle((facts) => Plan.plan(invocation, facts), known)
  const { facts } = outcome
  if (outcome._tag === "Settled") {
    const { value: plan } = outcome
    if (plan._tag === "SettingError") return fail(plan)
    if (ExecPlan.isReplaceable(plan)) return carryOutOnce(plan, invocation, shim)
    if (!ExecPlan.onlyKeeps(plan)) return handOver(invocation, shim, facts)
    return void import("./ProjectCommands.ts").then(({ place }) => {
      const placed = place(plan, invocation.env)
      if (placed === undefined) handOver(invocation, shim, facts)
      else carryOutOnce(placed, invocation, shim)
    })
  }
  const { questions } = outcome
  const ofProject = questions.filter((one) => isOfProject(one))
  const [own] = questions.filter((one) => one._tag === "OwnMounts")
  if (questions.length > ofProject.length + (own === undefined ? 0 : 1)) return handOver(invocation, shim, facts)
  if (own !== undefined) {
    return void import("../docker/KnownMounts.ts").then(({ look, read }) => {
      const seen = look(own.socket)
      const answer = typeof seen === "string" ? undefined : read(seen, invocation.env)
      if (answer === undefined) return handOver(invocation, shim, facts)
      proceed(invocation, shim, handOver, Facts.answer(facts, own, answer))
    })
  }
  void import("./ProjectCommands.ts").then(({ answer }) => {
    const answered = answer(facts, ofProject, invocation, shim)
    if (answered === undefined) handOver(invocation, shim, facts)
    else proceed(invocation, shim, handOver, answered)
  })
}

const isOfProject = (question: Answers.Deferred): question is ProjectQuestion =>
  ["ComposeFiles", "NameFile", "KeptOverrides", "ComposeModel"].includes(question._tag)

/** Runs the real program with the words as they were typed, and says why. */
export const untouched = (invocation: Invocation, shim: string, why: string): void => {
  const plan = ExecPlan.passThrough(Program.fromName(invocation.argv0), invocation.argv)
  const settings = Settings.decode(invocation.env, invocation.machine)
  const verbosity = "_tag" in settings ? plan.verbosity : settings.verbosity
  carryOut({ ...plan, verbosity, notices: [{ text: `${why}; the command runs as you typed it` }] }, invocation, shim)
}

/** Ends the shim with a failure of its own. */
export const fail = (failure: Failure.Failure): void => {
  Reporter.failure(failure)
  process.exitCode = Failure.exitCode(failure)
}

/** Carries a plan out. Notices that appear only once are looked up first; few plans have any. */
const carryOutOnce = (plan: ExecPlan.ExecPlan, invocation: Invocation, shim: string): void => {
  if (plan.notices.every(({ isOnce }) => isOnce !== true)) return carryOut(plan, invocation, shim)
  void import("../compose/SaidOnce.ts").then(({ filter }) => carryOut(filter(plan, invocation.env), invocation, shim))
}

const carryOut = (plan: ExecPlan.ExecPlan, invocation: Invocation, shim: string): void => {
  const program = ChildProgram.prepare(plan, invocation, shim)
  if (program._tag !== "ChildProgram") return fail(program)
  Reporter.plan(plan)
  ReplaceProcess.replace(program)
  const relay = SignalRelay.install()
  ChildProcess.run(program, relay).then(
    (ended) => {
      relay.release()
      ChildProcess.endAs(ended)
    },
    (error: unknown) => fail(ChildProgram.notStarted(program.file, error))
  )
}
