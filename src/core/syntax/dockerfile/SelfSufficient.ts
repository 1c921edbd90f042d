/**
 * Recognises commands that do not need the contents of their cache mounts: a package manager downloads what it does not find
 * there.
 */
import * as Heredoc from "./Heredoc.ts"

/**
 * Whether a command such as `apt-get update && apt-get install -y git` gives the same with an empty mount.
 *
 * Only commands that are known are trusted. Whatever else the shell is asked to do (pipes, `||`, substitutions, redirects
 * other than to `/dev/null`, programs that are not listed) counts as needing what an earlier step left in the mount.
 */
export const isSelfSufficient = (text: string, heredocs: ReadonlyArray<string>): boolean => {
  if (Heredoc.isList(text)) return false
  const script = heredocs.length === 0
    ? text
    : heredocs.length === 1 && Heredoc.isAlone(text)
    ? heredocs[0] ?? ""
    : undefined
  if (script === undefined) return false
  const commands = split(script)
  if (commands === undefined) return false
  const packages = new Set<string>()
  return commands.every((words) => isKnown(words, packages)) && commands.some(([program]) => !isPlain(program))
}

/** The commands of a script as words; `undefined` if it has anything else than commands one after the other. */
const split = (script: string): ReadonlyArray<ReadonlyArray<string>> | undefined => {
  const bare = script
    .replace(/\\\n/g, " ")
    .replace(/^\s*#.*$/gm, "")
    .replace(/(?:[12]?>|&>)\s*\/dev\/null|2>&1/g, "")
  // quotes are taken with their text only where nothing in it means anything to the shell
  if (/[`|<>(){}*?]|\$\(|[^&]&[^&]|&&&|\\/.test(bare.replace(/"[\w .,:=/@<>~^*+-]*"|'[^']*'/g, "text"))) {
    return undefined
  }
  const commands = bare.split(/&&|;|\n/).map((command) => command.trim()).filter((command) => command !== "")
  return commands.map((command) => command.split(/\s+/))
}

/** What may stand beside a package manager: it reads no mount. */
const plain = new Set(["set", "cd", "mkdir", "echo", "true", "corepack", ":"])

const isPlain = (program: string | undefined): boolean => program !== undefined && plain.has(program)

/** Words with which a package manager does without the network. */
const offline =
  /^(?:--?offline|--no-index|--find-links|-f|--local|--no-download|--cacheonly|-C|--no-network|--no-restore)(?:=.*)?$/

const isKnown = (words: ReadonlyArray<string>, packages: Set<string>): boolean => {
  // variables in front change what a command does (GOPROXY=off)
  const [program = "", ...rest] = words
  if (isPlain(program)) return true
  if (rest.some((word) => offline.test(word) || (program === "cargo" && word === "--frozen"))) return false
  const [verb = ""] = rest.filter((word) => !word.startsWith("-"))
  if (program === "apt-get" || program === "apt") return isApt(verb, packages)
  const verbs = managers.get(program)
  if (verbs === undefined) return false
  return verbs.has(verb) || verbs.has(rest.slice(0, 2).join(" ")) || verbs.has(rest.slice(0, 3).join(" "))
}

/** The lists of packages are in a directory that is often a mount too: they have to be fetched by the same step. */
const isApt = (verb: string, packages: Set<string>): boolean => {
  if (verb === "update") packages.add("apt")
  return verb === "update" ||
    (packages.has("apt") && ["install", "upgrade", "dist-upgrade", "full-upgrade"].includes(verb))
}

const managers: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ["apk", new Set(["update"])],
  ["dnf", new Set(["install", "update", "upgrade"])],
  ["microdnf", new Set(["install", "update", "upgrade"])],
  ["yum", new Set(["install", "update", "upgrade"])],
  ["npm", new Set(["ci", "install", "i"])],
  ["pnpm", new Set(["fetch", "install", "i"])],
  ["yarn", new Set(["install"])],
  ["bun", new Set(["install"])],
  ["pip", new Set(["install", "wheel", "download"])],
  ["pip3", new Set(["install", "wheel", "download"])],
  ["python", new Set(["-m pip install"])],
  ["python3", new Set(["-m pip install"])],
  ["uv", new Set(["sync", "pip install"])],
  ["poetry", new Set(["install"])],
  ["go", new Set(["mod download", "build", "install", "vet", "test"])],
  ["cargo", new Set(["fetch", "build", "install"])],
  ["composer", new Set(["install"])],
  ["bundle", new Set(["install"])],
  ["dotnet", new Set(["restore"])]
])
