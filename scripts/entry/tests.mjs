/**
 * Runs tests in their long form: `npm run test:full NAME [words of Vitest]`; without a name it says which there are.
 */
import * as Step from "./step.mjs"

const node = ["build"]
const both = ["build", "build:standalone"]

/** A file of `test`, without its ending, in a project of Vitest's; which forms of the program it needs. */
const inProject = (project) => (what, file, env, builds = node) => ({
  what,
  builds,
  env,
  vitest: `--project ${project} test/${file}.test.ts`
})
const unit = inProject("unit")
const e2e = inProject("e2e")

/** By name: what it is, the forms of the program that are built for it, its variables, what starts Vitest, and Vitest's words. */
export const tests = {
  engines: {
    what: "all that needs engines, in both forms, whole lives of Compose projects included",
    builds: both,
    env: { DOCKER_SHIM_E2E: "full", DOCKER_SHIM_FORMS: "both" },
    vitest: "--project e2e --project e2e-standalone"
  },
  random: unit("20,000 docker and 2,000 Compose command lines through the core", "core/random-commands", { DOCKER_SHIM_RANDOM: "full" }, []),
  explain: unit("500 random commands, explained and run", "shell/cli/ExplainCommand", { DOCKER_SHIM_EXPLAIN: "500" }),
  gateway: unit("100,000 random requests to the gateway", "shell/gateway/RandomRequests", { DOCKER_SHIM_GATEWAY_REQUESTS: "100000" }),
  "gateway-slow": {
    what: "a gigabyte through the gateway by every way, also to who does not read",
    builds: node,
    env: { DOCKER_SHIM_GATEWAY_MEGABYTES: "1024" },
    vitest: "--project unit test/shell/gateway/SlowReader.test.ts test/shell/gateway/Resident.test.ts"
  },
  differential: e2e("2,000 random command lines of each docker, against the docker CLI itself", "e2e/differential", {
    DOCKER_SHIM_DIFFERENTIAL: "2000"
  }),
  "gateway-differential": e2e(
    "5,000 random command lines of each docker, through the gateway and through the shim",
    "e2e/gateway-differential",
    { DOCKER_SHIM_DIFFERENTIAL: "5000" }
  ),
  attack: {
    what: "every attack on every place of the cache, against both forms; each error in each call of a collection",
    builds: both,
    env: { DOCKER_SHIM_ATTACKS: "full" },
    vitest: "--project unit --project standalone test/shell/cache/BuiltAttacks.test.ts test/shell/cache/Waits.test.ts"
      + " test/shell/cache/BuiltRunAttacks.test.ts test/shell/cache/BuiltFaults.test.ts test/shell/cache/BuiltSlowPlaces.test.ts"
      + " test/shell/cache/BuiltCommands.test.ts"
      + " test/shell/cache/Attacks.test.ts test/shell/cache/CollectionFaults.test.ts"
  },
  flood: {
    what: "half a million names in every place of the cache, in both forms",
    builds: both,
    env: { DOCKER_SHIM_ATTACKS: "full" },
    vitest: "--project unit --project standalone test/shell/cache/FloodedStore.test.ts"
  },
  users: {
    what: "every arrangement of users of the cache, in both forms, with docker 28.5 and 26.1",
    builds: both,
    env: { DOCKER_SHIM_FORMS: "both", DOCKER_SHIM_GENERATIONS: "both" },
    vitest: "--project e2e --project e2e-standalone test/e2e/cache-users.test.ts"
  },
  concurrency: e2e("3 and 8 sessions that build at once, 20 rounds", "e2e/build-concurrency", { DOCKER_SHIM_ROUNDS: "20" }),
  cache: e2e("collection while 8 sessions build 25 times each; 100 kills", "e2e/cache-collection", {
    DOCKER_SHIM_SESSIONS: "8",
    DOCKER_SHIM_BUILDS: "25",
    DOCKER_SHIM_E2E: "full",
    DOCKER_SHIM_KILLS: "100"
  }),
  "cache-size": e2e("ten sessions, five images: bytes on disk", "e2e/cache-size", {
    DOCKER_SHIM_SESSIONS: "10",
    DOCKER_SHIM_ISOLATED_SESSIONS: "9"
  }),
  readme: e2e("README as it is written, on a Debian 12 with Node 20, 22 or 24 and nothing else", "e2e/readme", { DOCKER_SHIM_E2E: "full" }, []),
  kill: e2e("Compose builds and starts killed at 200 random moments", "e2e/compose-kill", {
    DOCKER_SHIM_E2E: "full",
    DOCKER_SHIM_KILLS: "100"
  }),
  starts: {
    what: "10,000 starts of the stand-alone executable while it is replaced",
    builds: ["build:standalone"],
    env: { DOCKER_SHIM_STARTS: "10000" },
    vitest: "--project standalone test/shell/Surroundings.test.ts -t replaced"
  },
  long: e2e("eight sessions in mixed use for two hours", "e2e/long-run", { DOCKER_SHIM_MINUTES: "120", DOCKER_SHIM_SESSIONS: "8" }),
  sanitized: {
    what: "the executable that looks for its own mistakes, and damaged documents",
    builds: ["build:standalone -- --sanitize"],
    env: { DOCKER_SHIM_PROJECTS: "sanitized" },
    vitest: "--project sanitized"
  },
  arm64: {
    what: "the executable for arm64, which qemu runs on x64",
    builds: ["build:standalone arm64"],
    env: { DOCKER_SHIM_PROJECTS: "arm64" },
    inside: "scripts/engines/with-arm64.sh",
    vitest: "--project arm64"
  }
}

if (process.argv[1] === import.meta.filename) {
  const [name, ...words] = process.argv.slice(2)
  const test = Object.hasOwn(tests, name ?? "") ? tests[name] : Step.refuse("test:full", name, tests)
  for (const build of test.builds) Step.run(`npm run ${build}`)
  Step.run(`${test.inside ?? ""} vitest run ${test.vitest}`, test.env, words)
}
