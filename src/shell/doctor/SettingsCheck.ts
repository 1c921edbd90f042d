/**
 * Are the settings accepted, and is the shim on at all?
 */
import type { Env } from "../../core/Invocation.ts"
import * as Settings from "../../core/Settings.ts"
import * as Finding from "./Finding.ts"

/**
 * The settings themselves. Without them no other check means anything, so this one comes first and alone.
 *
 * @category checks
 * @since 0.1.0
 */
export const check = (
  env: Env
): { readonly finding: Finding.Finding; readonly settings: Settings.Settings | undefined } => {
  const settings = Settings.decode(env)
  if ("_tag" in settings) {
    const [what, next] = Settings.message(settings).split("\n\n")
    return { settings: undefined, finding: Finding.fail("settings", what ?? "", next ?? "") }
  }
  const set = Object.keys(env).filter((name) => name.startsWith("DOCKER_SHIM_") || name === "WORKSPACE_DIR").sort()
  return {
    settings,
    finding: Settings.isDisabled(env)
      ? Finding.warn("settings", "the shim is off (DOCKER_SHIM_DISABLE=1)", "unset DOCKER_SHIM_DISABLE")
      : Finding.ok("settings", set.length === 0 ? "none set" : `set: ${set.join(", ")}`)
  }
}
