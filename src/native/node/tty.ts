/**
 * Stands in for `node:tty`.
 */
export { isatty } from "../system/Files.ts"
