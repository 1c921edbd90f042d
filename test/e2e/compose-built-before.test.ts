/**
 * Which builds Compose leaves out because their images are there: what the shim expects, and what real Composes then build.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import * as ShimmedSession from "../compose-corpus/ShimmedSession.ts"
import * as Client from "../real-docker/Client.ts"
import { describeReal } from "../real-docker/Requirements.ts"

const cwd = "/home/retro/work/built"
const project = "helix-task-12-built"

/** The services and their images; those whose name Compose makes are the project's. */
const images: Readonly<Record<string, string>> = {
  web: "team/web:1",
  api: `${project}-api`,
  always: "team/always",
  watched: `${project}-watched`,
  placed: "team/placed",
  base: `${project}-base`,
  derived: `${project}-derived`
}

const services = {
  web: { image: "team/web:1" },
  api: {},
  always: { image: "team/always", pull_policy: "build" },
  watched: { develop: { watch: [{ action: "rebuild", path: "./src" }] } },
  placed: { image: "team/placed", platform: "linux/amd64" },
  base: {},
  derived: {}
}

describeReal.each(["28.5", "26.1"] as const)("images that are there, with compose of docker %s", (suite) => {
  let session: ShimmedSession.ShimmedSession
  // 2.26 takes the name of a service for a directory
  const names = Object.keys(services).filter((name) => suite === "28.5" || (name !== "base" && name !== "derived"))

  beforeAll(async () => {
    session = await ShimmedSession.start({ suite, id: "ses1", task: "12" })
    const model = {
      services: Object.fromEntries(names.map((name) => [name, {
        ...services[name as keyof typeof services],
        init: true,
        command: "sleep 600",
        build: {
          context: "./src",
          args: { NAME: name },
          ...(name === "derived" ? { additional_contexts: { base: "service:base" } } : {})
        }
      }]))
    }
    mkdirSync(join(session.files, "built/src"), { recursive: true })
    writeFileSync(join(session.files, "built/src/Dockerfile"), "FROM bb\nARG NAME\nRUN echo $NAME > /name\n")
    writeFileSync(join(session.files, "built/compose.yaml"), JSON.stringify(model))
  })
  afterAll(async () => {
    await session.directCompose(["-p", project, "down", "-v", "-t", "0"], { cwd })
    await session.stop()
  })

  /** The image of each service, by its digest; each build gives another one, as it says when it built. */
  const digests = async (): Promise<Readonly<Record<string, string>>> => {
    const listed = (await session.direct(["images", "--no-trunc", "--format", "{{.Repository}}:{{.Tag}} {{.ID}}"]))
      .trim().split("\n").map((line) => line.split(" ") as [string, string])
    const all = new Map(listed)
    return Object.fromEntries(names.map((name) => {
      const image = images[name] ?? ""
      return [name, all.get(image.includes(":") ? image : `${image}:latest`) ?? ""]
    }))
  }

  /** The services that the shim expects to be there. */
  const expected = async (words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
    const explained = await session.run("docker-shim", ["explain", "--json", "--", "docker", "compose", ...words], {
      cwd
    })
    const { leftAlone } = JSON.parse(Client.stdoutOf(explained)) as {
      readonly leftAlone: ReadonlyArray<{ readonly what: string; readonly why: string }>
    }
    return leftAlone.flatMap(({ what, why }) =>
      why.includes("is there, so Compose does not build it") ? [what.split(".")[1] ?? ""] : []
    ).sort()
  }

  /** What the shim expected to be there, and what the real Compose then built. */
  const both = async (...words: ReadonlyArray<string>) => {
    const [before, there] = [await digests(), await expected(words)]
    Client.stdoutOf(await session.directCompose(["-p", project, ...words], { cwd }))
    const after = await digests()
    return { there, built: names.filter((name) => before[name] !== after[name]).sort() }
  }

  it("are built if they are missing, and then only for a reason", async () => {
    const all = [...names].sort()
    assert.deepStrictEqual(await both("up", "-d"), { there: [], built: all })

    const certain = all.filter((name) => !["always", "base", "placed"].includes(name))
    assert.deepStrictEqual(await both("up", "-d"), { there: certain, built: ["always"] })
    assert.deepStrictEqual(await both("create"), {
      there: certain.filter((name) => name !== "watched"),
      built: ["always"]
    })
    assert.deepStrictEqual(await both("run", "--rm", "-T", "web", "true"), { there: ["web"], built: [] })
    assert.deepStrictEqual(await both("run", "--rm", "-T", "--build", "web", "true"), { there: [], built: ["web"] })
    assert.deepStrictEqual(await both("up", "-d", "--build", "web", "api"), { there: [], built: ["api", "web"] })
    assert.deepStrictEqual(await both("up", "-d", "--pull", "build", "web"), { there: [], built: ["web"] })

    await session.direct(["rmi", "-f", "team/web:1"])
    assert.deepStrictEqual(await both("up", "-d", "web", "api"), { there: ["api"], built: ["web"] })
  })

  it("need no temporary file, no lease and no entry of the cache through the shim", async () => {
    const up = await session.compose(["up", "-d", "web", "api"], { cwd })
    Client.stdoutOf(up)
    assert.notInclude(up.stderr, "docker-shim:")
    assert.deepStrictEqual(session.temporaryFiles(), [])
    const [web] = (await session.direct(["ps", "--filter", `name=${project}-web`, "--format", "{{.ID}}"])).split("\n")
    assert.notStrictEqual(web, "")
  })
})
