/**
 * A plan for one command, as plain data: the result of planning, which the shell carries out.
 * @module
 */
import * as Masking from "./argv/Masking.ts"
import type { Program } from "./argv/Program.ts"
import type * as CacheAction from "./cache/CacheAction.ts"
import type { Verbosity } from "./settings/Settings.ts"

/**
 * A temporary file of the plan. The shell chooses its path, and replaces the placeholder in `args` and `env` by that path.
 *
 * @category models
 */
export type TemporaryFile = Override | Report

/**
 * A file that the program reads, such as one more Compose file. If it is `kept`, it stays after the command, if there is a
 * place to keep it.
 *
 * @category models
 */
export interface Override {
  readonly _tag: "Override"
  readonly placeholder: string
  readonly content: string
  readonly kept?: KeptFile
}

/** Matches the placeholder of a temporary file, or of a view of the cache (`CacheView`). Names in it contain no slash. */
const placeholders = /@docker-shim\/(?:[a-z-]+|[a-z0-9-]+\/[^/]*\/)@/g

/**
 * Replaces the placeholders in a text, such as `src=@docker-shim/cache-import/app/@`, by the paths in `paths`.
 *
 * **Details**
 *
 * It does so in one pass, because a project can have hundreds.
 *
 * Example:
 * `ExecPlan.fill("-f=@docker-shim/stack-override@", new Map([["@docker-shim/stack-override@", "/tmp/x"]])) // "-f=/tmp/x"`
 * @category rewriting
 */
export const fill = (text: string, paths: ReadonlyMap<string, string>): string =>
  text.includes("@docker-shim/") ? text.replace(placeholders, (one) => paths.get(one) ?? one) : text

/**
 * A file that the program writes, such as buildx with `--metadata-file`. The plan also works without it.
 *
 * @category models
 */
export interface Report {
  readonly _tag: "Report"
  readonly placeholder: string
}

/**
 * How a temporary file is kept after the command: its `name`, such as `shop-6d0f61ba4bd64a4d.yaml`, its first line, and its
 * content, which names no temporary path.
 * @category models
 */
export interface KeptFile {
  readonly name: string
  readonly header: string
  readonly content: string
}

/**
 * Content that the shim read from a descriptor, such as 0 for `docker compose -f -`. The shell gives it to the program at the
 * same number.
 * @category models
 */
export interface Input {
  readonly descriptor: number
  readonly content: string | Uint8Array
}

/**
 * One difference between what the user typed and what runs, with the reason in words: for example the source
 * `/home/retro/work/app` became `/data/workspaces/ses1/app`.
 *
 * **Details**
 *
 * `what` names the place (`--volume`, `DOCKER_HOST`, `services.web.volumes`); `from` is empty for an addition.
 * @category models
 */
export interface Change {
  readonly what: string
  readonly from: string
  readonly to: string
  readonly why: string
}

/**
 * A change as `explain` and `DOCKER_SHIM_DEBUG` show it, with possible secrets hidden.
 * Example: `ExecPlan.masked({ what: "--env", from: "", to: "TOKEN=x", why: "" }).to // "TOKEN=***"`
 */
export const masked = ({ from, to, what, why }: Change): Change => ({
  from: Masking.text(from),
  to: Masking.text(to),
  what: Masking.text(what),
  why: Masking.text(why)
})

/**
 * A part of the command that the shim could change, but did not: a path option, a build, a project.
 *
 * **Details**
 *
 * `what` names the place (`--volume`, `docker build`, `services.web.build`). `value` is the value there, such as `/srv/x:/x`, or
 * empty. `why` is the reason in words, such as `it lies outside every mapping`.
 * @category models
 */
export interface LeftAlone {
  readonly what: string
  readonly value: string
  readonly why: string
}

/**
 * A line for the user about something that the shim left out.
 *
 * **Details**
 *
 * `text` is one line without the program's name in front, such as
 * `build cache not shared: /buildkit-cache does not exist`. With `isOnce` the shell does not repeat it the next time, nor does it
 * print another line about the same `topic`.
 * @category models
 */
export interface Notice {
  readonly text: string
  readonly isOnce?: boolean
  readonly topic?: string
}

/**
 * The parts of a plan besides the words to run. Each part of a command can add to them.
 *
 * **Details**
 *
 * - `env`: variables to set (`null`: to remove) in the child's environment; all others stay.
 * - `files`: temporary files, see {@link TemporaryFile}.
 * - `input`: content that the shell gives to the program, see {@link Input}.
 * - `before`, `after`: actions of the shell around the run, in order. The shell carries out `after` whether the program
 *   succeeded or not; each action says in which case it applies.
 * - `notices`: lines for stderr.
 * - `changes`: every change, for `docker-shim explain` and `DOCKER_SHIM_DEBUG`.
 * - `leftAlone`: each {@link LeftAlone}, for `docker-shim explain`.
 * @category models
 */
export interface Gains {
  readonly env: Readonly<Record<string, string | null>>
  readonly files: ReadonlyArray<TemporaryFile>
  readonly input: ReadonlyArray<Input>
  readonly before: ReadonlyArray<CacheAction.Before>
  readonly after: ReadonlyArray<CacheAction.After>
  readonly notices: ReadonlyArray<Notice>
  readonly changes: ReadonlyArray<Change>
  readonly leftAlone: ReadonlyArray<LeftAlone>
}

/** The parts of a plan that only runs a program. */
export const nothing: Gains = {
  env: {},
  files: [],
  input: [],
  before: [],
  after: [],
  notices: [],
  changes: [],
  leftAlone: []
}

/**
 * The plan for one command. `program` and `args` run instead of what the user typed. `verbosity` decides whether the shell
 * prints notices, and changes too.
 * @category models
 */
export interface ExecPlan extends Gains {
  readonly _tag: "ExecPlan"
  readonly program: Program
  readonly args: ReadonlyArray<string>
  readonly verbosity: Verbosity
}

/**
 * A plan that runs the command unchanged.
 *
 * **Example** (A command that needs no change)
 *
 * ```ts
 * import { ExecPlan } from "docker-shim"
 *
 * const plan = ExecPlan.passThrough("docker", ["ps", "-a"])
 *
 * plan.args // ["ps", "-a"]
 * ExecPlan.isReplaceable(plan) // true
 * ```
 * @category constructors
 */
export const passThrough = (program: Program, args: ReadonlyArray<string>): ExecPlan => ({
  _tag: "ExecPlan",
  program,
  args,
  ...nothing,
  verbosity: "normal"
})

/**
 * Whether the shell has nothing to do before or after the program runs, so that it may replace its own process.
 * Example: `ExecPlan.isReplaceable(ExecPlan.passThrough("docker", ["ps"])) // true`
 * @category predicates
 */
export const isReplaceable = (plan: ExecPlan): boolean =>
  plan.files.length === 0 && plan.input.length === 0 && plan.before.length === 0 && plan.after.length === 0

/**
 * Whether all that the shell has to do is to put overrides in place that are the same after the command, and perhaps to look for
 * another name of the project, once.
 *
 * **Example** (The override of a project without builds)
 *
 * ```ts
 * import { ExecPlan } from "docker-shim"
 *
 * const kept = { name: "shop.yaml", header: "", content: "services: {}" }
 * const file: ExecPlan.Override = { _tag: "Override", placeholder: "@docker-shim/x@", content: kept.content, kept }
 *
 * ExecPlan.onlyKeeps({ ...ExecPlan.passThrough("docker", ["compose", "up"]), files: [file] }) // true
 * ```
 * @category predicates
 */
export const onlyKeeps = ({ after, before, files, input }: ExecPlan): boolean =>
  input.length === 0 && after.length === 0 && before.every(({ _tag }) => _tag === "LookForOtherName")
  && files.every((file) => file._tag === "Override" && file.kept?.content === file.content)

/**
 * The plan with paths in its words and variables, where it had placeholders.
 *
 * **Example** (An override)
 *
 * ```ts
 * import { ExecPlan } from "docker-shim"
 *
 * const plan = ExecPlan.passThrough("docker", ["compose", "-f", "@docker-shim/x@", "up"])
 *
 * ExecPlan.placed(plan, new Map([["@docker-shim/x@", "/tmp/x.yaml"]])).args // ["compose", "-f", "/tmp/x.yaml", "up"]
 * ```
 * @category rewriting
 */
export const placed = (plan: ExecPlan, paths: ReadonlyMap<string, string>): ExecPlan => ({
  ...plan,
  args: plan.args.map((word) => fill(word, paths)),
  env: Object.fromEntries(
    Object.entries(plan.env).map(([name, value]) => [name, value === null ? null : fill(value, paths)])
  )
})

/**
 * The plan without the files that the program would write, for when there is no place for temporary files.
 *
 * **Example** (A build without the file in which buildx describes it)
 *
 * ```ts
 * import { ExecPlan } from "docker-shim"
 *
 * const placeholder = "@docker-shim/build-metadata@"
 * const plan: ExecPlan.ExecPlan = {
 *   ...ExecPlan.passThrough("docker", ["build", `--metadata-file=${placeholder}`, "."]),
 *   files: [{ _tag: "Report", placeholder }]
 * }
 *
 * ExecPlan.withoutReports(plan).args // ["build", "."]
 * ```
 * @category constructors
 */
export const withoutReports = (plan: ExecPlan): ExecPlan => {
  const placeholders = plan.files.filter(({ _tag }) => _tag === "Report").map(({ placeholder }) => placeholder)
  const isFree = (text: string): boolean => !placeholders.some((placeholder) => text.includes(placeholder))
  return {
    ...plan,
    files: plan.files.filter(({ _tag }) => _tag !== "Report"),
    args: plan.args.filter(isFree),
    after: plan.after.filter((action) => action._tag !== "ConfirmRegistryExport" || isFree(action.file))
  }
}
