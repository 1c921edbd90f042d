/**
 * Which docker-shim this is: its version, the commit that it was built from, and its form.
 */

declare const DOCKER_SHIM_VERSION: string | undefined
declare const DOCKER_SHIM_COMMIT: string | undefined
declare const DOCKER_SHIM_FORM: "node" | "stand-alone" | undefined

/** The version in package.json; `development` if the program was not bundled. */
export const version = typeof DOCKER_SHIM_VERSION === "undefined" ? "development" : DOCKER_SHIM_VERSION

/** The commit, such as `53e1458b2d01`; empty if it was built outside a git checkout. */
export const commit = typeof DOCKER_SHIM_COMMIT === "undefined" ? "" : DOCKER_SHIM_COMMIT

/** Whether this is the stand-alone executable. */
export const isStandalone = typeof DOCKER_SHIM_FORM !== "undefined" && DOCKER_SHIM_FORM === "stand-alone"

/** The form, such as `stand-alone, x64` or `Node 20.20.2`. */
export const form = isStandalone ? `stand-alone, ${process.arch}` : `Node ${process.versions.node}`

/** All of it in a line, such as `0.2.0, build 53e1458b2d01 (stand-alone, x64)`. */
export const described = `${version}${commit === "" ? "" : `, build ${commit}`} (${form})`
