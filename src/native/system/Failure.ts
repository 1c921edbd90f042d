/**
 * Errors of system calls, in Node's words.
 */
import * as host from "docker-shim:host"

/** The error of a system call, such as `ENOENT: no such file or directory, open '/x'`. */
export const of = (code: number, call: string, path?: string): Error => {
  const [name, meaning] = host.error(code)
  // libuv writes its texts in lower case
  const text = `${name}: ${meaning.slice(0, 1).toLowerCase()}${meaning.slice(1)}, ${call}`
  const error = new Error(path === undefined ? text : `${text} '${path}'`)
  return Object.assign(error, { errno: -code, code: name, syscall: call }, path === undefined ? {} : { path })
}

/** The result of a system call. Throws if it is an error. */
export const check = (result: number, call: string, path?: string): number => {
  if (result < 0) throw of(-result, call, path)
  return result
}
