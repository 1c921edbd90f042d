/**
 * Stands in for `node:tty`.
 */
export { isatty } from "docker-shim:host"
