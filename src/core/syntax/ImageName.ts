/**
 * Names of images, as given to `--tag` and `image:`.
 * @module
 */

/**
 * An image name taken apart: `localhost:5000/team/app:1.2` is domain `localhost:5000`, path `team/app`, tag `1.2`.
 * @category models
 */
export interface ImageName {
  readonly domain: string
  readonly path: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const path = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tag = /^\w[\w.-]{0,127}$/
const digest = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/**
 * Parses an image name such as `app`, `team/app:1.2` or `registry.example:5000/app@sha256:…`; `undefined` if Docker
 * would refuse it.
 *
 * **Details**
 *
 * The first component is a registry's host when it has a `.` or `:`, is `localhost`, or is not lower-case; without one
 * the domain is `docker.io`, and there `library/` in front of a single component says nothing.
 * Same rules as distribution/reference 0.6.0, `normalize.go` and `regexp.go`.
 *
 * **Example** (A registry, and docker.io)
 *
 * ```ts
 * import { ImageName } from "docker-shim"
 *
 * ImageName.parse("localhost:5000/team/app:1.2")?.domain // "localhost:5000"
 * ImageName.parse("app")?.domain // "docker.io"
 * ImageName.parse("Not An Image") // undefined
 * ```
 * @category parsing
 */
export const parse = (text: string): ImageName | undefined => {
  const [named, ofDigest] = split(text, text.indexOf("@"))
  const colon = named.lastIndexOf(":")
  const [repository, ofTag] = split(named, colon > named.lastIndexOf("/") ? colon : -1)
  const first = repository.slice(0, Math.max(0, repository.indexOf("/")))
  const rest = isDomain(first) ? repository.slice(first.length + 1) : repository
  if (
    !path.test(rest) || (ofTag !== undefined && !tag.test(ofTag)) || (ofDigest !== undefined && !digest.test(ofDigest))
  ) {
    return undefined
  }
  const domain = isDomain(first) && first !== "index.docker.io" ? first : "docker.io"
  return {
    domain,
    path: domain === "docker.io" ? rest.replace(/^library\/(?=[^/]+$)/, "") : rest,
    tag: ofTag,
    digest: ofDigest
  }
}

const isDomain = (first: string): boolean =>
  /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase()

/** The text before and after a position; all of it and nothing if the position is negative. */
const split = (text: string, at: number): [string, string | undefined] =>
  at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
