/**
 * The value of `--log-opt`, such as `syslog-address=unix:///dev/log`: a logging driver's option, which the daemon reads.
 */
import * as PosixPath from "../paths/PosixPath.ts"

/** moby 28.5.2, `daemon/logger/syslog/syslog.go`, `daemon/logger/fluentd/fluentd.go`, `daemon/logger/splunk/splunk.go`. */
const files = /^((?:syslog-tls-(?:ca-cert|cert|key)|splunk-capath)=)(.*)$/s
const addresses = /^((?:syslog|fluentd)-address=unix(?:gram)?:\/\/)([^?#]*)(.*)$/s

/**
 * The path in an option: a socket's or a certificate's. That of an address is the path of a URL (`%20` for a space).
 */
export const source = (text: string): string | undefined => {
  const [, , address] = addresses.exec(text) ?? []
  const path = address === undefined ? files.exec(text)?.[2] : decode(address)
  return path !== undefined && PosixPath.isAbsolute(path) ? path : undefined
}

/** The option with another path. */
export const withSource = (text: string, path: string): string | undefined => {
  const [, address, , rest] = addresses.exec(text) ?? []
  return address === undefined
    ? text.replace(files, (_, name: string) => `${name}${path}`)
    : `${address}${path.replaceAll(/[%?#]/g, encodeURIComponent)}${rest ?? ""}`
}

/** A path that is no URL's, such as one with a lone `%`, is none: the daemon refuses it. */
const decode = (path: string): string | undefined => /%(?![0-9A-Fa-f]{2})/.test(path) ? undefined : decodeBytes(path)

/** Percent-encoded ASCII; other bytes stand as they are, and encoded they are left to the daemon. */
const decodeBytes = (path: string): string | undefined =>
  /%[89A-Fa-f]/.test(path)
    ? undefined
    : path.replaceAll(/%([0-7][0-9A-Fa-f])/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
