/**
 * Hides secrets in the words of a command, for showing them.
 * @module
 */
import * as Argv from "./Argv.ts"
import * as CommandLine from "./CommandLine.ts"
import * as ComposeCommandLine from "./ComposeCommandLine.ts"
import type { Program } from "./Program.ts"

/** What stands where a secret was. */
export const mask = "***"

/**
 * Flags of docker whose whole value is a secret: the command's last word, the flag and its shorthand (docker/cli 28.5,
 * `cli/command/registry/login.go` and `cli/command/swarm/join.go`). Other flags hold secrets in a part of their value
 * (`--cache-to type=s3,secret_access_key=x`, `--opt o=password=x`, `--log-opt splunk-token=x`, `--driver-opt`), which is
 * told by the part's name.
 */
const secretFlags: ReadonlyArray<{ readonly command: string; readonly flag: string; readonly shorthand?: string }> = [
  { command: "login", flag: "password", shorthand: "p" },
  { command: "join", flag: "token" }
]

/** Flags of docker whose name looks like a secret's, and whose value, where they take one, only says where it is. */
const plainFlags: ReadonlySet<string> = new Set([
  "credential-spec",
  "password-stdin",
  "secret",
  "secret-add",
  "secret-rm",
  "with-registry-auth"
])

/** Flags that set variables: each value may be a secret, whatever its name. */
const variableFlags: ReadonlySet<string> = new Set(["build-arg", "env", "env-add"])

/**
 * The words of a call with what may be a secret hidden: `run -e A=1 web` becomes `run -e A=*** web`.
 *
 * **Details**
 *
 * Hidden are all values of `--env` and `--build-arg`; those of words and parts of words such as `--api-token=x`,
 * `DB_PASSWORD=x` or `o=addr=nas,password=x`, and of flags such as `--token x`, whose name looks like a secret's; what
 * `login` and `swarm join` are given; headers such as `Authorization: Bearer x`; tokens that their form tells, such as
 * `ghp_…`; and user names, passwords and queries in URLs.
 *
 * **Gotchas**
 *
 * For people. A secret under a plain name is not recognised.
 *
 * **Example** (A variable and a password)
 *
 * ```ts
 * import { Masking } from "docker-shim"
 *
 * Masking.words("docker", ["run", "-e", "A=1", "web"]) // ["run", "-e", "A=***", "web"]
 * Masking.text("o=addr=nas,password=x") // "o=addr=nas,password=***"
 * ```
 * @category printing
 */
export const words = (program: Program, argv: ReadonlyArray<string>): ReadonlyArray<string> => {
  const line = program === "docker-compose" && CommandLine.parse(argv).command._tag !== "Compose"
    ? ComposeCommandLine.parseStandalone(argv)
    : ComposeCommandLine.parse(argv)
  const printed = CommandLine.print({ ...line, tokens: Argv.mapValues(line.tokens, optionValue) })
  return secretFlags.reduce(withoutValues, printed.map(inPlace))
}

/**
 * A text with what may be a secret hidden, such as a value of the environment under its name.
 * @category printing
 */
export const assignment = (name: string, value: string): string => looksSecret(name) ? mask : text(value)

/**
 * A text of any kind with what may be a secret hidden: `o=addr=nas,password=x` becomes `o=addr=nas,password=***`.
 * @category printing
 */
export const text = (whole: string): string => tokens(parts(url(whole)))

/**
 * YAML with what may be a secret hidden, also scalars under a name that looks like a secret's.
 * @category printing
 */
export const yaml = (document: string): string =>
  document.split("\n").map((line) => {
    const [, name = "", space = ""] = /^\s*(?:- )?"?([\w.-]+)"?:( +)(?=[^\s|>&*{[])/.exec(line) ?? []
    return looksSecret(name) && !/^secrets?$/i.test(name)
      ? `${line.slice(0, line.indexOf(":") + 1)}${space}${mask}`
      : text(line)
  }).join("\n")

const optionValue = (flag: { readonly name: string }, value: string): string => {
  const equals = value.indexOf("=")
  return equals >= 0 && variableFlags.has(flag.name) ? `${value.slice(0, equals)}=${mask}` : value
}

/** What can be told of a word of a command that is not parsed. */
const inPlace = (word: string, at: number, all: ReadonlyArray<string>): string => {
  const before = all[at - 1] ?? ""
  if (before === "-e" || variableFlags.has(before.replace(/^--/, ""))) return word.replace(/=.*/s, `=${mask}`)
  if (isSecretFlag(before) && !word.startsWith("-")) return mask
  return assigned(word) ?? headerValue(word) ?? text(word)
}

/** Words such as `--env=A=x`, `-eA=x`, `--api-token=x` and `DB_PASSWORD=x`. */
const assigned = (word: string): string | undefined => {
  const [, variable] = /^(--(?:build-arg|env|env-add)=[^=]*=|-e\w+=)/.exec(word) ?? []
  if (variable !== undefined) return `${variable}${mask}`
  const [, name = ""] = /^(-{0,2}[\w.-]+)=/.exec(word) ?? []
  return looksSecret(name) && !plainFlags.has(name.replace(/^--/, "")) ? `${name}=${mask}` : undefined
}

/** Words such as `Authorization: Bearer x`, as `curl -H` takes them. */
const headerValue = (word: string): string | undefined => {
  const [, header = "", field = ""] = /^((?:-H)?([\w-]+): +)\S/.exec(word) ?? []
  return isSecretHeader(field) ? `${header}${mask}` : undefined
}

/** Of HTTP: `Authorization`, `Proxy-Authorization`, `Cookie`, `X-Api-Key`, `PRIVATE-TOKEN`. */
const isSecretHeader = (name: string): boolean => /authorization|cookie/i.test(name) || looksSecret(name)

const isSecretFlag = (word: string): boolean =>
  /^--[\w.-]+$/.test(word) && looksSecret(word) && !plainFlags.has(word.slice(2))

/** Hides what follows a flag behind its command, in each of the ways in which it can be written. */
const withoutValues = (
  all: ReadonlyArray<string>,
  { command, flag, shorthand }: typeof secretFlags[number]
): ReadonlyArray<string> => {
  const from = all.indexOf(command)
  if (from < 0) return all
  return all.map((word, at) => {
    if (at <= from) return word
    const before = all[at - 1]
    if (before === `--${flag}` || (shorthand !== undefined && before === `-${shorthand}`)) return mask
    if (word.startsWith(`--${flag}=`)) return `--${flag}=${mask}`
    const isJoined = shorthand !== undefined && new RegExp(`^-${shorthand}.`, "s").test(word)
    return isJoined ? `-${shorthand}${mask}` : word
  })
}

/** Of `ssh://git@host` the user is no secret; of other URLs it may be a token. */
const url = (whole: string): string =>
  withoutScheme(whole).replaceAll(/([a-z][a-z0-9+.-]{0,20}:\/\/?)([^/?#\s]*@)?([^?#\s"']*)(\?[^#\s"']*)?/gi, (
    _,
    scheme: string,
    user: string | undefined,
    place: string,
    query: string | undefined
  ) => {
    const shown = /(?:^|\+)ssh:/i.test(scheme) ? user?.replace(/:.*@/s, `:${mask}@`) : user?.replace(/.*@/s, `${mask}@`)
    return `${scheme}${shown ?? ""}${place}${query === undefined ? "" : `?${mask}`}`
  })

/** A user and a password in front of a host, as proxies are written; `app:1.2@sha256:…` is an image. */
const withoutScheme = (whole: string): string =>
  whole.replace(/^([\w.-]+=)?([\w.%+-]+):[^\s/:@]+@(?!sha\d+:)(?=[\w.-]+(?:$|[:/]))/, `$1$2:${mask}@`)

/**
 * Tokens that their form tells: of GitHub, GitLab, npm, Docker, AWS, Slack and others, a swarm's, JSON Web Tokens, and private
 * keys in PEM.
 */
const tokens = (whole: string): string =>
  whole.replaceAll(
    /\b(?:gh[oprsu]_|github_pat_|glpat-|dckr_[op]at_|xox[abeoprs]-|SWMTKN-1-)[\w-]{10,}|\b(?:npm_[A-Za-z\d]|sk-[\w-])[\w-]{30,}|\b(?:AKIA|ASIA)[A-Z\d]{16}\b|\beyJ[\w-]{10,}\.[\w.-]+/g,
    mask
  ).replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*/, mask)

/** Hides the values of parts such as `password=x`; each ends where lists and texts of options end a part. */
const parts = (whole: string): string => {
  let shown = ""
  let done = 0
  for (const { 0: assigned, 1: name = "", index } of whole.matchAll(/(?<=^|[\s,;"'=&#?])-{0,2}([a-z][\w.-]*)=/gi)) {
    const start = index + assigned.length
    const isUser = /^user(?:name)?$/i.test(name)
    if (index < done || !(isUser || looksSecret(name)) || plainFlags.has(name)) continue
    const value = /^[^\s,;"'&]*/.exec(whole.slice(start, start + 4_096))?.[0] ?? ""
    // mount.cifs takes user%password
    const kept = isUser ? value.split("%")[0] ?? "" : ""
    if (isUser && !value.includes("%")) continue
    shown += `${whole.slice(done, start)}${kept}${isUser ? "%" : ""}${mask}`
    done = start + value.length
  }
  return `${shown}${whole.slice(done)}`
}

/** Names such as `NPM_TOKEN`, `dbPassword`, `AWS_SECRET_ACCESS_KEY`, `DEPLOY_KEY`; not `MONKEY`, `AUTHOR` or `PATH`. */
const looksSecret = (name: string): boolean =>
  /pass(?:word|wd|phrase)|secret|token|credential|(?:api|access|account|deploy|encryption|license|master|private|signing|ssh|storage)[_-]?key|(?:^|[_-])(?:auth|jwt|pass|pat|pwd)(?:$|[_-])/i
    .test(name)
