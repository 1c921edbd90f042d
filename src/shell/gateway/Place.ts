/**
 * Where gateways listen.
 */

/** Where a gateway listens without `--listen`. */
export const usual = "/run/docker-shim/docker.sock"
