/**
 * A development stack of five services, as a team would have it: an API, a frontend that installs packages, two workers
 * that share a base, a database. Each image is made in several stages and carries megabytes that no second build makes
 * again; steps that would download wait instead, since there is no network where this runs.
 */
import * as fs from "node:fs"
import * as path from "node:path"

/** The directory of the project in the workspace, and the names of its services. */
export const directory = "shop"

/** The services; each reads one mounted file of its own and writes to the mounted directory `out`. */
export const services = ["api", "frontend", "mailer", "indexer", "database"] as const

/** Seconds that the longest chain of steps waits: what `docker compose up` of such a stack takes at the very least. */
export const longestWait = 45

/** Writes `count` files of `bytes` random bytes each, as installed packages are many files that compress badly. */
const install = (seconds: number, to: string, count: number, bytes: number): string =>
  `RUN sleep ${seconds} && mkdir -p ${to} && for n in $(seq ${count}); do head -c ${bytes} /dev/urandom > ${to}/$n; done`

/** A mark that differs whenever the step really runs; the name keeps the builder from making one step of two. */
const stamp = (name: string): string => `RUN echo ${name} && head -c 16 /dev/urandom | md5sum > /stamp`

const dockerfiles: Readonly<Record<string, string>> = {
  api: `FROM bb AS packages
COPY packages.txt /
${install(20, "/packages", 300, 40_000)}
FROM bb AS builder
COPY --from=packages /packages /packages
COPY source /source
RUN sleep 15 && cat /source/* /packages/* > /api
FROM bb
${stamp("api")}
COPY --from=builder /api /api
`,
  frontend: `FROM bb AS builder
WORKDIR /work
COPY package.json package-lock.json ./
${install(30, "node_modules", 1_000, 15_000)}
COPY source source
RUN sleep 15 && mkdir dist && cat source/* node_modules/?? > dist/bundle.js
FROM bb
${stamp("frontend")}
COPY --from=builder /work/dist /public
`,
  workers: `FROM bb AS base
COPY packages.txt /
${install(20, "/packages", 200, 50_000)}
FROM base AS mailer
${stamp("mailer")}
COPY mailer.txt /
RUN sleep 5 && head -c 1000000 /dev/urandom > /mailer
FROM base AS indexer
${stamp("indexer")}
COPY indexer.txt /
RUN sleep 5 && head -c 1000000 /dev/urandom > /indexer
`,
  database: `FROM bb
${install(10, "/usr/lib/database", 20, 500_000)}
${stamp("database")}
COPY settings.txt /etc/
`
}

const contexts: Readonly<Record<string, ReadonlyArray<string>>> = {
  api: ["packages.txt", "source/main.txt", "source/routes.txt"],
  frontend: ["package.json", "package-lock.json", "source/index.txt", "source/style.txt"],
  workers: ["packages.txt", "mailer.txt", "indexer.txt"],
  database: ["settings.txt"]
}

/** What a service does: shows what it was given in a mount, and of which build it is, in another. */
const service = (name: string, build: string, more = ""): string =>
  `  ${name}:
    build: ${build}
    init: true
    command: sh -c "cp /mounted/file.txt /out/${name}.file && cp /stamp /out/${name}.stamp && exec sleep 3600"
    volumes:
      - ./mounted/${name}:/mounted:ro
      - type: bind
        source: ./out
        target: /out
${more}`

const composeFile = `services:
${service("api", "./api", "    depends_on: [database]\n")}
${service("frontend", "./frontend", "    depends_on: [api]\n")}
${service("mailer", "{ context: ./workers, target: mailer }")}
${service("indexer", "{ context: ./workers, target: indexer }")}
${service("database", "./database")}`

/**
 * Writes the project below a directory, the same bytes each time but for what a service finds in its mount: `mark`, which
 * is the session's own.
 */
export const write = (below: string, mark: string): void => {
  const at = (...names: ReadonlyArray<string>): string => path.join(below, directory, ...names)
  const file = (name: string, content: string): void => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true })
    fs.writeFileSync(at(name), content)
  }
  file("compose.yaml", composeFile)
  for (const [name, content] of Object.entries(dockerfiles)) file(`${name}/Dockerfile`, content)
  for (const [context, names] of Object.entries(contexts)) {
    for (const name of names) file(`${context}/${name}`, `${name} of ${context}\n`.repeat(50))
  }
  for (const name of services) file(`mounted/${name}/file.txt`, mounted(name, mark))
  fs.mkdirSync(at("out"))
}

/** What a service finds in its mount. */
export const mounted = (service: string, mark: string): string => `${service} of ${mark}\n`
