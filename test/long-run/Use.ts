/**
 * What the user of a session does next, drawn from a seed.
 */
import * as FastCheck from "effect/FastCheck"

/** A way to build: plain docker, Buildx, or Compose. */
export type Builder = "docker" | "buildx" | "compose"

/** The images to build, one context each; `variant` says which of a few sources the context has. */
export interface Build {
  readonly by: Builder
  readonly image: number
  readonly variant: number
}

/**
 * How a build is ended before its time: `target` is the shim alone, as `kill` does, or all of the terminal's, as Ctrl-C
 * does; `moment` is a part of the time that a build takes.
 */
export interface Kill {
  readonly signal: "SIGTERM" | "SIGKILL" | "SIGINT"
  readonly target: "shim" | "group"
  readonly moment: number
}

/** One thing that a user does. */
export type Use =
  | { readonly _tag: "Build"; readonly build: Build }
  | { readonly _tag: "KilledBuild"; readonly build: Build; readonly kill: Kill }
  /** `docker run` with one mount in the spelling of that number. */
  | { readonly _tag: "Run"; readonly spelling: number }
  | { readonly _tag: "Look"; readonly words: ReadonlyArray<string> }
  /** `docker compose up -d`, `ps`, `exec` and `down`, with the sources of a variant. */
  | { readonly _tag: "Project"; readonly variant: number }
  | { readonly _tag: "Cache"; readonly words: ReadonlyArray<string> }
  /** The session ends, where `during` is given in the middle of that build, and another takes its place. */
  | { readonly _tag: "End"; readonly during: Build | undefined; readonly moment: number }

/**
 * The images that builds are about: few enough that sessions build the same at once, more than the cache has room for.
 */
export const images = 12

/** The ways in which `docker run` can be told of a mount. */
export const spellings = 4

const build: FastCheck.Arbitrary<Build> = FastCheck.record({
  by: FastCheck.constantFrom("docker", "docker", "buildx", "compose"),
  image: FastCheck.nat(images - 1),
  variant: FastCheck.nat(2)
})

/** Numbers of all sizes alike: FastCheck prefers small ones, and a build that has just begun leaves nothing. */
const moment = FastCheck.noBias(FastCheck.integer({ min: 0, max: 999 })).map((thousandths) => thousandths / 1_000)

const kill: FastCheck.Arbitrary<Kill> = FastCheck.record({
  signal: FastCheck.constantFrom("SIGTERM", "SIGKILL", "SIGINT"),
  target: FastCheck.constantFrom("shim", "group"),
  moment
})

const look = FastCheck.constantFrom(
  ["ps"],
  ["ps", "-a", "--format", "{{.ID}}"],
  ["images"],
  ["version"],
  ["volume", "ls"],
  ["compose", "ls"]
)

const cache = FastCheck.constantFrom(["ls"], ["ls", "--json"], ["du"], ["prune", "--force"], ["prune", "--dry-run"], [
  "verify"
])

const use = FastCheck.oneof(
  { weight: 10, arbitrary: build.map((one): Use => ({ _tag: "Build", build: one })) },
  {
    weight: 4,
    arbitrary: FastCheck.tuple(build, kill).map(([one, how]): Use => ({ _tag: "KilledBuild", build: one, kill: how }))
  },
  { weight: 5, arbitrary: FastCheck.nat(spellings - 1).map((spelling): Use => ({ _tag: "Run", spelling })) },
  { weight: 4, arbitrary: look.map((words): Use => ({ _tag: "Look", words })) },
  { weight: 3, arbitrary: FastCheck.nat(2).map((variant): Use => ({ _tag: "Project", variant })) },
  { weight: 4, arbitrary: cache.map((words): Use => ({ _tag: "Cache", words })) },
  {
    weight: 1,
    arbitrary: FastCheck.tuple(FastCheck.option(build, { nil: undefined }), moment)
      .map(([during, when]): Use => ({ _tag: "End", during, moment: when }))
  }
)

/** What the user of a place does one after the other, from a seed, without end. */
export const sequence = function*(seed: number): Generator<Use, never> {
  for (let part = 0;; part += 1) yield* FastCheck.sample(use, { numRuns: 100, seed: seed + part * 1_000 })
}

/** Says in a line what is done, as for a message. */
export const print = (one: Use): string => JSON.stringify(one)
