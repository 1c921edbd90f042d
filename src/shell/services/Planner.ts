/** Plans a command, and answers the questions that planning asks. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { CacheDirectory } from "../../core/cache/CacheDirectory.ts"
import type { ExecPlan } from "../../core/ExecPlan.ts"
import * as Facts from "../../core/facts/Facts.ts"
import type * as Question from "../../core/facts/Question.ts"
import type { Invocation } from "../../core/Invocation.ts"
import * as Plan from "../../core/Plan.ts"
import * as BuildContext from "../builder/BuildContext.ts"
import * as BuildFiles from "../builder/BuildFiles.ts"
import * as DockerfileText from "../builder/DockerfileText.ts"
import * as ImportedSteps from "../builder/ImportedSteps.ts"
import * as CacheInspection from "../cache/CacheInspection.ts"
import * as ProjectAnswers from "../compose/ProjectAnswers.ts"
import type { Failure } from "../Failure.ts"
import * as Answers from "../fast-path/Answers.ts"
import { isLate } from "../files/SharedDirectoryError.ts"
import * as SystemError from "../files/SystemError.ts"
import * as TimeBudget from "../files/TimeBudget.ts"
import { BuilderProbe } from "./BuilderProbe.ts"
import * as BuildTime from "./BuildTime.ts"
import { CommandHelp } from "./CommandHelp.ts"
import { ComposeConfig } from "./ComposeConfig.ts"
import { ComposeVersion } from "./ComposeVersion.ts"
import * as Correction from "./Correction.ts"
import { EngineInfo } from "./EngineInfo.ts"
import { Environment } from "./Environment.ts"
import * as OwnMounts from "./OwnMounts.ts"
import { RegistryProbe } from "./RegistryProbe.ts"

/**
 * A plan, and the facts it was made from.
 * @category models
 */
export interface Planned {
  readonly plan: ExecPlan
  readonly facts: Facts.Facts
}

/**
 * Plans from the facts known so far, and answers open questions.
 *
 * **Example** (The words that run)
 *
 * ```ts
 * import { Facts } from "docker-shim"
 * import { Planner } from "docker-shim/shell"
 * import * as Effect from "effect/Effect"
 *
 * const words = Effect.map(Effect.flatMap(Planner, (planner) => planner.plan(Facts.none)), ({ plan }) => plan.args)
 * ```
 * @category services
 */
export class Planner extends Context.Tag("docker-shim/shell/services/Planner")<Planner, {
  /**
   * The plan of the shim's invocation, and these facts with the answers that it needed. Fails only with a `SettingError`.
   */
  readonly plan: (facts: Facts.Facts) => Effect.Effect<Planned, Failure>
}>() {
  static readonly make = Effect.gen(function*() {
    const { invocation } = yield* Environment
    const builders = yield* BuilderProbe
    const engine = yield* EngineInfo
    const help = yield* CommandHelp
    const registry = yield* RegistryProbe
    const compose = yield* ComposeConfig
    const version = yield* ComposeVersion
    const time = yield* BuildTime.BuildTime
    const look = looking(time, invocation.env)

    const answer = Effect.fnUntraced(function*(facts: Facts.Facts, question: Asked) {
      switch (question._tag) {
        case "Builder":
          return Facts.answer(facts, question, yield* builders.ask(question))
        case "OwnMounts":
          return Facts.answer(facts, question, yield* OwnMounts.ask(engine, question.socket, invocation.env))
        case "CommandFlags":
          return Facts.answer(facts, question, yield* help.flags(question))
        case "ComposeFiles":
        case "NameFile":
        case "KeptOverrides":
          return ProjectAnswers.answer(facts, question, invocation.env)
        case "ComposeModel":
          return Facts.answer(facts, question, yield* compose.ask(question))
        case "StackModel":
          return Facts.answer(facts, question, yield* compose.askStack(question))
        case "ComposeVersion":
          return Facts.answer(facts, question, yield* version.ask(question))
        case "RegistryEntries":
          return Facts.answer(facts, question, yield* registry.ask(question))
      }
    })

    const answerAll = Effect.fnUntraced(
      function*(known: Facts.Facts, questions: ReadonlyArray<Answers.Deferred>) {
        const found = new Looked()
        yield* BuildTime.inTurn(questions.filter(isLook), time.looking, (question) => {
          look(question, found)
          return undefined
        })
        const rest = questions.filter((question): question is Asked => !isLook(question))
        return yield* Effect.reduce(rest, found.addTo(known), answer)
      }
    )

    const plan = (facts: Facts.Facts): Effect.Effect<Planned, Failure> =>
      Effect.suspend(() => {
        const outcome = Answers.settle((known) => Plan.plan(invocation, known), facts)
        if (outcome._tag === "Deferred") {
          return Effect.flatMap(answerAll(outcome.facts, outcome.questions), plan)
        }
        const { value } = outcome
        return value._tag === "SettingError"
          ? Effect.fail(value)
          : Effect.succeed({ plan: value, facts: outcome.facts })
      })
    return Planner.of({ plan })
  })
}

/** The questions that the shim answers itself, by looking, before a build. */
type Look = Extract<
  Answers.Deferred,
  { readonly _tag: "CacheDirectory" | "BuildFiles" | "BuildContext" | "Dockerfile" | "ImportedSteps" }
>

/** The questions that services answer: programs, daemons, registries and projects. */
type Asked = Exclude<Answers.Deferred, Look>

const looks: ReadonlySet<string> = new Set<Look["_tag"]>([
  "CacheDirectory",
  "BuildFiles",
  "BuildContext",
  "Dockerfile",
  "ImportedSteps"
])

const isLook = (question: Answers.Deferred): question is Look => looks.has(question._tag)

/** What was found out in a round, added to the facts at once: for one more each time hundreds would take quadratic time. */
class Looked {
  readonly #known: { readonly [T in Look["_tag"]]: Array<Facts.Known<T>> } = {
    CacheDirectory: [],
    BuildFiles: [],
    BuildContext: [],
    Dockerfile: [],
    ImportedSteps: []
  }
  #correct: Correction.Correction = (facts) => facts

  add<T extends Look["_tag"]>(question: Question.Of<T>, answer: Question.Answers[T]): void {
    const known: Array<Facts.Known<T>> = this.#known[question._tag]
    known.push({ question, answer })
  }

  /** Corrects the facts, with these answers. */
  correct(correction: Correction.Correction): void {
    this.#correct = correction
  }

  addTo(facts: Facts.Facts): Facts.Facts {
    let all = Facts.answerAll(facts, "CacheDirectory", this.#known.CacheDirectory)
    all = Facts.answerAll(all, "BuildFiles", this.#known.BuildFiles)
    all = Facts.answerAll(all, "BuildContext", this.#known.BuildContext)
    all = Facts.answerAll(all, "Dockerfile", this.#known.Dockerfile)
    return this.#correct(Facts.answerAll(all, "ImportedSteps", this.#known.ImportedSteps))
  }
}

/**
 * Looks within the command's time. A build context's result also serves later questions of the command, and so does a
 * Dockerfile's text. If the Dockerfile takes all of the time, nothing is done with the cache.
 */
const looking = (time: BuildTime.Budgets, env: Invocation["env"]) => {
  const budget = time.looking
  const readFile = DockerfileText.readingOnce()
  const files = BuildFiles.reader(readFile)
  const contexts = BuildContext.reader(budget, readFile)
  let tooSlow: string | undefined
  const inTime = <A>(read: () => A, otherwise: A): A => {
    try {
      return TimeBudget.cutting(budget, read)
    } catch (error) {
      if (!isLate(error)) throw error
      tooSlow = SystemError.describe(error, "")
      return otherwise
    }
  }
  const inspect = (question: Question.Of<"CacheDirectory">): CacheDirectory => {
    time.forBuilds(question.wanted.length)
    return tooSlow === undefined ? CacheInspection.inspect(question, budget) : { _tag: "Unusable", why: tooSlow }
  }
  return (question: Look, found: Looked): void => {
    switch (question._tag) {
      case "CacheDirectory":
        return found.add(question, inspect(question))
      case "BuildFiles":
        return found.add(question, inTime(() => files(question), unread))
      case "BuildContext":
        return found.add(question, contexts(question))
      case "Dockerfile":
        found.add(question, inTime(() => DockerfileText.read(question.file, readFile), undefined))
        if (tooSlow !== undefined) found.correct(Correction.unusable(tooSlow))
        return
      case "ImportedSteps":
        return found.add(question, ImportedSteps.read(question.endpoint, env))
    }
  }
}

const unread: Question.Answers["BuildFiles"] = { digest: undefined, sendsCache: false }
