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
 * (`--cache-to type=s3,secret_access_key=x`, `--opt o=password=x`, `--log-opt splunk-token=x`, `--driver-opt`), and the part's
 * name gives them away.
 */
const secretFlags: ReadonlyArray<{ readonly command: string; readonly flag: string; readonly shorthand?: string }> = [
  { command: "login", flag: "password", shorthand: "p" },
  { command: "join", flag: "token" }
]

/** Flags of docker whose name looks like a secret's, but whose value, if they take one, only names a place. */
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
 * Hides possible secrets in the words of a command: `run -e A=1 web` becomes `run -e A=*** web`.
 *
 * **Details**
 *
 * It hides all values of `--env` and `--build-arg`; values whose name looks like a secret's, such as `--api-token=x`, `--token
 * x`, `DB_PASSWORD=x` or `o=addr=nas,password=x`; the values that `login` and `swarm join` take; headers such as
 * `Authorization: Bearer x`; tokens of a known form, such as `ghp_…`; and user names, passwords and queries in URLs.
 *
 * **Gotchas**
 *
 * The result is for people to read, not to run. A secret under a plain name stays.
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
 * The value of a variable for people to read: hidden if the name looks like a secret's, else with possible secrets in it
 * hidden.
 * Example: `Masking.assignment("API_TOKEN", "x") // "***"`, `Masking.assignment("TERM", "xterm") // "xterm"`
 * @category printing
 */
export const assignment = (name: string, value: string): string => looksSecret(name) ? mask : text(value)

/**
 * Hides possible secrets in any text: `o=addr=nas,password=x` becomes `o=addr=nas,password=***`.
 * Example: `Masking.text("https://me:pw@host/app.git") // "https://***@host/app.git"`
 * @category printing
 */
export const text = (whole: string): string => tokens(parts(url(whole)))

/**
 * Hides possible secrets in YAML, and scalars whose name looks like a secret's.
 * Example: `Masking.yaml("password: x\nimage: web") // "password: ***\nimage: web"`
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

/** Hides secrets in one word, without parsing the command. */
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

/** Whether an HTTP header holds a secret: `Authorization`, `Proxy-Authorization`, `Cookie`, `X-Api-Key`, `PRIVATE-TOKEN`. */
const isSecretHeader = (name: string): boolean => /authorization|cookie/i.test(name) || looksSecret(name)

const isSecretFlag = (word: string): boolean =>
  /^--[\w.-]+$/.test(word) && looksSecret(word) && !plainFlags.has(word.slice(2))

/** Hides the values of a flag of one command, in every spelling. */
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

/** The user of `ssh://git@host` is no secret; in other URLs it may be a token. */
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
 * Hides tokens of a known form: of GitHub, GitLab, npm, Docker, AWS, Slack and others, a swarm's, JSON Web Tokens, and private
 * keys in PEM.
 */
const tokens = (whole: string): string =>
  whole.replaceAll(
    /\b(?:gh[oprsu]_|github_pat_|glpat-|dckr_[op]at_|xox[abeoprs]-|SWMTKN-1-)[\w-]{10,}|\b(?:npm_[A-Za-z\d]|sk-[\w-])[\w-]{30,}|\b(?:AKIA|ASIA)[A-Z\d]{16}\b|\beyJ[\w-]{10,}\.[\w.-]+/g,
    mask
  ).replace(/-----BEGIN [A-Z ]*PRIVATE KEY-----[^]*/, mask)

/** Hides the values of parts such as `password=x`. A value ends where the list or the option's text ends the part. */
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
