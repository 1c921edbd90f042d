/**
 * What the shim knows about the builder of a build.
 * @module
 */

/**
 * Whether a builder is to export its cache to a directory.
 *
 * **Details**
 *
 * - `Exporting`: it can: the `docker` driver on the containerd image store, or another driver.
 * - `ImportOnly`: the `docker` driver on the classic image store: `--cache-to` fails the build there
 *   (BuildKit: "Cache export is not supported for the docker driver").
 * - `Legacy`: no BuildKit: no buildx, or a docker CLI before 23.0, which does not forward builds to it.
 * - `Unknown`: the probe failed; nothing is risked.
 *
 * - `Shared`: a builder that others use as well, elsewhere (drivers `remote` and `cloud`): its own cache is the shared one,
 *   and an export would fetch gigabytes out of it.
 *
 * `why` is the reason as words for a notice.
 *
 * **Example** (Why a build's cache is not exported)
 *
 * ```ts
 * import type { Builder } from "docker-shim"
 *
 * const whyNot = (builder: Builder.Builder): string | undefined =>
 *   builder._tag === "Exporting" ? undefined : builder.why
 *
 * whyNot({ _tag: "Exporting", driver: "docker-container" }) // undefined
 * ```
 * @category models
 */
export type Builder =
  | { readonly _tag: "Exporting"; readonly driver: string }
  | { readonly _tag: "ImportOnly"; readonly why: string }
  | { readonly _tag: "Shared"; readonly why: string }
  | { readonly _tag: "Legacy"; readonly why: string }
  | { readonly _tag: "Unknown"; readonly why: string }
