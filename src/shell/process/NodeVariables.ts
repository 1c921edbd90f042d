/**
 * Variables that Node itself obeys. A user's environment could change or slow down the shim with them, so the first line of the
 * built program (scripts/release/build.mjs) starts Node without them and keeps their values.
 */

/** Options and modules to load; certificates, which take as long to read as the rest of Node's start. */
const names = ["NODE_OPTIONS", "NODE_EXTRA_CA_CERTS"]

/**
 * Puts the variables back, for the programs that the shim starts.
 *
 * **Gotchas**
 *
 * A variable that was set but empty is unset afterwards; for Node that is the same.
 */
export const restore = (env: NodeJS.ProcessEnv): void => {
  for (const name of names) {
    const kept = `DOCKER_SHIM_${name}`
    const value = env[kept]
    Reflect.deleteProperty(env, kept)
    if (value !== undefined && value !== "") env[name] = value
  }
}
