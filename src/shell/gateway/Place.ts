/**
 * Where gateways listen.
 */

/** Where a gateway listens that is not told another place. */
export const usual = "/run/docker-shim/docker.sock"
