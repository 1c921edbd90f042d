/**
 * Compose's commands that would go by the project's name alone if they were given it, with real Compose: they find the
 * session's containers, and say of a project that Compose refuses what they say without the shim.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, describe, it } from "vitest"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"
import { generations } from "../shell/program.ts"

/** Every command that is given its name, with words after it; those that wait for what happens end of themselves here. */
const commands: ReadonlyArray<readonly [generation: "both" | "28.5", words: string]> = [
  ["both", "attach web"],
  ["28.5", "commit web image"],
  ["both", "config"],
  ["both", "cp web:/etc/hostname -"],
  ["both", "down"],
  ["both", "exec -T web true"],
  ["28.5", "export web"],
  ["both", "images"],
  ["both", "kill"],
  ["both", "logs"],
  ["both", "pause"],
  ["both", "port web 80"],
  ["both", "ps"],
  ["both", "pull --ignore-buildable"],
  ["both", "push"],
  ["both", "restart"],
  ["both", "rm -f"],
  ["both", "start"],
  ["both", "stats --no-stream"],
  ["both", "stop"],
  ["both", "top"],
  ["both", "unpause"],
  ["28.5", "volumes"],
  ["both", "wait web"]
]

const mistakes: Readonly<Record<string, string>> = {
  "bad YAML": "services:\n\tweb: {build: .}\n",
  "an unknown key": "services: {web: {build: ., imagination: bb}}\n",
  "a variable that is missing": "services: {web: {build: ., command: 'echo ${NEEDED:?it is needed}'}}\n",
  "an env_file that is missing": "services: {web: {build: ., env_file: absent.env}}\n",
  "a file to include that is missing": "include: [absent.yaml]\nservices: {web: {build: .}}\n"
}

/** Commands that never read the files of a project whose name is given. */
const nameOnly = /^(?:attach|commit|cp|exec|export|images|port|stats|top)\b/

/** Every command with one mistake, and some of each kind with all. */
const cells = Object.keys(mistakes).flatMap((mistake) =>
  commands
    .filter(([, words]) => mistake.includes("variable") || /^(?:exec|images|port|ps|down)\b/.test(words))
    .map(([only, words]) => [only, words, mistake] as const)
)

const name = "helix-task-12-shop"

const shop = "services:\n"
  + "  web: {image: bb, init: true, command: sleep 600, ports: ['80'], labels: {value: '${VALUE:-none}'}}\n"
  + "  tool: {image: bb, init: true, command: sleep 600, profiles: [tools]}\n"

describeReal.each(generations)("compose of docker %s by the project's name", (suite) => {
  let session: ShimmedSession.ShimmedSession
  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
  })
  afterAll(async () => {
    await session.stop()
  })

  const place = (project: string, files: Readonly<Record<string, string>>): string => {
    for (const [file, content] of Object.entries(files)) {
      const at = join(session.files, project, file)
      mkdirSync(join(at, ".."), { recursive: true })
      writeFileSync(at, content)
    }
    return `/home/retro/work/${project}`
  }
  /** Without what makes one project, or one moment, different from another. */
  const comparable = ({ stderr, stdout, ...ended }: Client.Outcome) => {
    const plain = (text: string): string =>
      text.replaceAll("helix-task-12-", "").replaceAll(/time="[^"]*"/g, "")
        .replaceAll(/(?:Less than a second|\d+ seconds?|About a minute|\d+ minutes) ago/g, "some time ago")
        .split("\n").sort().join("\n")
    return { ...ended, stdout: plain(stdout), stderr: plain(stderr) }
  }

  it.each(cells.filter(([only]) => only !== "28.5" || suite === "28.5").map(([, ...cell]) => cell))(
    "says in %s what it says without the shim, with %s",
    async (words, mistake) => {
      const cwd = place(mistake.replaceAll(" ", "-").toLowerCase(), { "compose.yaml": mistakes[mistake] ?? "" })
      const expected = await session.directCompose(words.split(" "), { cwd })
      assert.deepStrictEqual(comparable(await session.compose(words.split(" "), { cwd })), comparable(expected))
      if (nameOnly.test(words)) assert.notStrictEqual(expected.code, 0, expected.stdout)
    }
  )

  describe("with a project that is right", () => {
    let cwd: string
    const files = {
      "compose.yaml": shop,
      ".env": "VALUE=of the project\n",
      "sub/.env": "VALUE=of the directory\n",
      "other/more.yaml": "services: {web: {labels: {more: x}}}\n",
      "other/named.yaml": "name: ${UNSET:-shop}\nservices: {}\n",
      "other/included.yaml": "services: {web: {image: bb}}\n",
      "other/including.yaml": "include: [./included.yaml]\nname: shop\n",
      "other/values.env": "VALUE=of a file\n"
    }
    beforeAll(async () => {
      cwd = place("shop", files)
      // the same project without the shim, in which nothing is to be found
      Client.stdoutOf(await session.directCompose(["up", "-d"], { cwd }))
      Client.stdoutOf(await session.compose(["--profile", "tools", "up", "-d"], { cwd }))
    })

    const idOf = async (service: string) =>
      (await session.direct(["ps", "-q", "--filter", `name=^${name}-${service}-1$`])).slice(0, 12)

    it.each<[string, string, Client.RunOptions]>([
      ["in its directory", "exec", {}],
      ["below it, beside another .env", "exec", { cwd: "/home/retro/work/shop/sub" }],
      ["with -f", "-f compose.yaml exec", {}],
      ["with several -f", "-f compose.yaml -f other/more.yaml exec", {}],
      ["with COMPOSE_FILE", "exec", { env: { COMPOSE_FILE: "compose.yaml:other/more.yaml" } }],
      ["with --env-file", "--env-file other/values.env exec", {}],
      ["with --project-directory", "--project-directory ../shop exec", { cwd: "/home/retro/work/shop/other" }],
      ["with files from standard input", "-f - exec", { stdin: shop }],
      ["with a computed name", "-f compose.yaml -f other/named.yaml exec", {}],
      ["with a file that is included", "-f other/including.yaml exec", {}]
    ])("finds the session's container %s", async (_how, words, options) => {
      const ran = await session.compose([...words.split(" "), "-T", "web", "cat", "/etc/hostname"], { cwd, ...options })
      assert.deepStrictEqual([ran.stdout.trim(), ran.stderr, ran.code], [await idOf("web"), "", 0])
    })

    it.each(["tool", "--index=1 tool"])(
      "finds the container of a service whose profile is not used: exec %s",
      async (service) => {
        const ran = await session.compose(["exec", "-T", ...service.split(" "), "cat", "/etc/hostname"], { cwd })
        assert.deepStrictEqual([ran.stdout.trim(), ran.stderr, ran.code], [await idOf("tool"), "", 0])
      }
    )

    it.each([
      "images",
      "port web 80",
      "top",
      "ps --format {{.ID}}",
      "cp web:/etc/hostname -",
      "exec -T nothing true",
      "exec -T web false",
      "port web 81",
      "logs web",
      "kill -s CONT web",
      "start web",
      ...(suite === "28.5" ? ["volumes", "export web -o /dev/null"] : [])
    ])("does the same as with the name by -p: %s", async (words) => {
      // of the profile that is not used the files know nothing, which -p alone does not read
      const expected = await session.directCompose(["-f", "compose.yaml", "-p", name, ...words.split(" ")], { cwd })
      assert.deepStrictEqual(comparable(await session.compose(words.split(" "), { cwd })), comparable(expected))
    })

    it("keeps one file for it, that nobody else can read", async () => {
      const kept = `${session.client.env["HOME"] ?? ""}/.cache/docker-shim/projects`
      const shown = await session.run(
        "sh",
        ["-c", `stat -c %a ${kept} ${kept}/${name}.json; cat ${kept}/${name}.json`],
        {}
      )
      assert.strictEqual(Client.stdoutOf(shown), `700\n600\n{"name":"${name}"}`)
      assert.deepStrictEqual(session.temporaryFiles().filter((one) => one.startsWith("docker-shim-")), [])
    })
  })
})
