/**
 * The shim's version.
 */

declare const DOCKER_SHIM_VERSION: string | undefined

/** The version of package.json, put in when the program is bundled; `development` where it is not. */
export const version = typeof DOCKER_SHIM_VERSION === "undefined" ? "development" : DOCKER_SHIM_VERSION
