/**
 * Generators of command lines of every command that the `--help` of four docker, two Compose and two Buildx versions
 * lists, spelled in every way, and then broken: words of no sense, gone, doubled, swapped, very long, thousands of them.
 */
import * as FastCheck from "effect/FastCheck"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import { newer } from "../../scripts/grammar/newer.generated.ts"

interface Flag {
  readonly long: string
  readonly short: string | undefined
  readonly isBoolean: boolean
}

interface Command {
  readonly path: ReadonlyArray<string>
  readonly flags: ReadonlyArray<Flag>
}

const fixtures = fileURLToPath(new URL("../fixtures/help", import.meta.url))

/** The commands of all versions of a program, read here by itself, not by the code under test. */
const commandsOf = (program: "docker" | "buildx" | "compose"): ReadonlyArray<Command> => [
  ...newerOf(program),
  ...fs.readdirSync(fixtures).filter((name) => name.startsWith(`${program}-`)).flatMap((version) =>
    fs.readdirSync(`${fixtures}/${version}`).map((file) => ({
      path: file.replace(/\.txt$/, "").split("_").slice(1),
      flags: fs.readFileSync(`${fixtures}/${version}/${file}`, "utf8").split("\n").flatMap((line) => {
        const [, short, long, type] = /^ {2}(?:-(\w), | {4})--([\w-]+)(?: ([\w-]+))?(?: {2,}|$)/.exec(line) ?? []
        return long === undefined ? [] : [{ long, short, isBoolean: type === undefined }]
      })
    }))
  )
]

/** The flags that newer versions have, as they were noted. */
const newerOf = (program: string): ReadonlyArray<Command> =>
  newer.filter(({ version }) => version.startsWith(`${program}-`)).flatMap(({ flags }) =>
    Object.entries(flags).map(([command, words]) => ({
      path: command.split("_").slice(1),
      flags: words.split(" ").flatMap((word) => {
        const [, long, short, arity] = /^([\w-]+)(?::(\w))?([=*])?$/.exec(word) ?? []
        return long === undefined ? [] : [{ long, short, isBoolean: arity === undefined }]
      })
    }))
  )

/** Values and positionals: what means something to somebody, and what does not. */
const odd: ReadonlyArray<string> = [
  "",
  "-",
  "--",
  "---",
  "=",
  "-=",
  "--=",
  "-v",
  "-itv",
  "--volume",
  "--mount",
  "--rm=no",
  "--nonsense",
  "--nonsense=1",
  "-Z",
  "-ä",
  "run",
  "build",
  "compose",
  "container",
  "help",
  "web",
  "a:b",
  "/a:/b:ro",
  ".",
  "..",
  "./x:/y",
  "/home/retro/work:/w",
  "-v/home/retro/work/app:/w",
  "type=bind,source=/home/retro/work/a,target=/b",
  "type=bind,\"source=/home/retro/work/a,b\",target=/b",
  "type=bind,source=\"",
  "device=/home/retro/work",
  "ä ö",
  "🙂",
  "\u202e\u200b",
  "\ufffd\u{10ffff}",
  "a\nb",
  "\t",
  "'\"\\$(x)`y`",
  "%s%n",
  "x".repeat(5_000),
  `/home/retro/work/${"d/".repeat(2_000)}`,
  `-${"t".repeat(300)}`,
  `--${"v".repeat(300)}=`,
  ",".repeat(500),
  ":".repeat(500),
  "\"".repeat(501)
]

const pick = <A>(values: ReadonlyArray<A>, at: number): A | undefined => values[at % Math.max(values.length, 1)]

const spell = ({ isBoolean, long, short }: Flag, how: number, value: string): ReadonlyArray<string> => {
  const dash = short === undefined || how % 2 === 0 ? `--${long}` : `-${short}`
  if (isBoolean) return how % 5 < 4 ? [dash] : [`${dash}=${value}`]
  return how % 3 === 0 ? [dash, value] : how % 3 === 1 || dash.startsWith("--") ? [`${dash}=${value}`] : [dash + value]
}

type Number3 = readonly [number, number, number]

/** The words for a draw of numbers: which command, and of each further piece which flag, spelling and value. */
const draw = (
  commands: ReadonlyArray<Command>,
  leading: ReadonlyArray<ReadonlyArray<string>>,
  [command, lead, pieces]: readonly [number, number, ReadonlyArray<Number3>]
): ReadonlyArray<string> => {
  const { flags, path } = pick(commands, command) ?? { flags: [], path: [] }
  return [
    ...pick(leading, lead) ?? [],
    ...path,
    ...pieces.flatMap(([which, how, value]) => {
      const word = pick(odd, value) ?? ""
      const flag = which % 4 === 3 ? undefined : pick(flags, which)
      return flag === undefined ? [word] : spell(flag, how, word)
    })
  ]
}

/** One damage to the words: something put in, taken out, replaced, doubled, swapped, cut, glued, many times repeated. */
const damage = (words: ReadonlyArray<string>, [what, where, value]: Number3): ReadonlyArray<string> => {
  const at = where % Math.max(words.length, 1)
  const before = words.slice(0, at)
  const after = words.slice(at + 1)
  const word = words[at] ?? ""
  const other = pick(odd, value) ?? ""
  switch (what % 10) {
    case 0:
      return [...before, other, word, ...after]
    case 1:
      return [...before, ...after]
    case 2:
      return [...before, other, ...after]
    case 3:
      return [...before, word, word, ...after]
    case 4:
      return [...after, word, ...before]
    case 5:
      return [...before, word.slice(0, value % (word.length + 1)).replace(/[\ud800-\udbff]$/, ""), ...after]
    case 6:
      return [...before, word + other, ...after]
    case 7:
      return [...before, word.toUpperCase(), ...after]
    case 8:
      return [...before, `-${word}`, ...after]
    default:
      return [...before, ...Array.from({ length: value % 3 === 0 ? 2_000 : 3 }, () => word), ...after]
  }
}

const number = FastCheck.nat(1_000_000)
const numbers: FastCheck.Arbitrary<Number3> = FastCheck.tuple(number, number, number)

const commandLine = (
  commands: ReadonlyArray<Command>,
  leading: ReadonlyArray<ReadonlyArray<string>>
): FastCheck.Arbitrary<ReadonlyArray<string>> =>
  FastCheck.tuple(
    FastCheck.tuple(number, number, FastCheck.array(numbers, { maxLength: 8 })),
    FastCheck.array(numbers, { maxLength: 3 })
  ).map(([drawn, damages]) => damages.reduce(damage, draw(commands, leading, drawn)))

const globals = [[], [], [], ["-D"], ["--context", "build"], ["-c=run"], ["-lerror"], ["--host", "unix:///x"], ["--"]]

/** Commands with paths or builds in them are drawn as often as all others together. */
const treated = (commands: ReadonlyArray<Command>): ReadonlyArray<Command> =>
  commands.filter(({ path }) =>
    /^(?:run|create|build|container (?:run|create)|image build|volume create|service (?:create|update)|stack deploy)$/
      .test(path.join(" ")) || path.join(" ").startsWith("buildx b")
  )

const dockers = [...commandsOf("docker"), ...commandsOf("buildx")]

/** What stands after `docker`. */
export const docker: FastCheck.Arbitrary<ReadonlyArray<string>> = FastCheck.oneof(
  commandLine(dockers, globals),
  commandLine(treated(dockers), globals)
)

/** What stands after `docker` for Compose, such as `compose up`. */
export const compose: FastCheck.Arbitrary<ReadonlyArray<string>> = commandLine(commandsOf("compose"), globals)

/** What stands after a stand-alone `docker-compose`. */
export const standalone: FastCheck.Arbitrary<ReadonlyArray<string>> = commandLine(
  commandsOf("compose").map(({ flags, path }) => ({ flags, path: path.slice(1) })),
  [[], ["-f", "a.yaml"], ["--context", "c"], ["-D"], ["-H", "x"], ["--host=x"], ["--verbose"], ["-v"]]
)
