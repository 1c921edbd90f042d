/**
 * Asks which builder a build would use, and whether that can export cache.
 */
import type { EndpointFlags } from "../argv/Endpoint.ts"
import type { Builder } from "../builder/Builder.ts"
import type { Kind } from "./Kind.ts"

/** A build, as far as the choice of its builder depends on it. */
export interface Asked {
  /** `docker`: a build that docker itself forwards or runs; `buildx`: `docker buildx build`. */
  readonly through: "docker" | "buildx"
  /** The builder's name if it is known, else `buildx use` selected it. */
  readonly name: string | undefined
  /** docker's global flags, as the build is run with them. */
  readonly globals: ReadonlyArray<string>
  /** The endpoint that those flags choose. */
  readonly endpoint: EndpointFlags
  /** Environment the plan adds, such as `DOCKER_HOST`. */
  readonly env: Readonly<Record<string, string | null>>
}

/** The builder. */
export type Answer = Builder

/** The question and its answer, as `explain` prints them. */
export const kind: Kind<Asked, Answer> = {
  question: ({ name, through }) =>
    `which builder does ${through === "docker" ? "docker build" : "docker buildx build"} use`
    + `${name === undefined ? "" : ` (${name})`}, and can it export cache?`,
  answer: (builder) => builder._tag === "Exporting" ? `it can: driver ${builder.driver}` : `it cannot: ${builder.why}`
}
