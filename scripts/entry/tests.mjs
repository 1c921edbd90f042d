/**
 * Runs tests in their long form: `npm run test:full NAME [words of Vitest]`; without a name it says which there are.
 */
import * as Step from "./step.mjs"

const both = ["build", "build:standalone"]

/** By name: what it is, the forms of the program that are built for it, its variables, what starts Vitest, and Vitest's words. */
export const tests = {
  engines: {
    what: "all that needs engines, in both forms, whole lives of Compose projects included",
    builds: both,
    env: { DOCKER_SHIM_E2E: "full", DOCKER_SHIM_FORMS: "both" },
    vitest: "--project e2e --project e2e-standalone"
  },
  random: {
    what: "20,000 docker and 2,000 Compose command lines through the core",
    builds: [],
    env: { DOCKER_SHIM_RANDOM: "full" },
    vitest: "--project unit test/core/random-commands.test.ts"
  },
  explain: {
    what: "500 random commands, explained and run",
    builds: ["build"],
    env: { DOCKER_SHIM_EXPLAIN: "500" },
    vitest: "--project unit test/shell/cli/ExplainCommand.test.ts"
  },
  gateway: {
    what: "100,000 random requests to the gateway",
    builds: ["build"],
    env: { DOCKER_SHIM_GATEWAY_REQUESTS: "100000" },
    vitest: "--project unit test/shell/gateway/RandomRequests.test.ts"
  },
  differential: {
    what: "2,000 random command lines of each docker, against the docker CLI itself",
    builds: ["build"],
    env: { DOCKER_SHIM_DIFFERENTIAL: "2000" },
    vitest: "--project e2e test/e2e/differential.test.ts"
  },
  "gateway-differential": {
    what: "5,000 random command lines, through the gateway and through the shim",
    builds: ["build"],
    env: { DOCKER_SHIM_DIFFERENTIAL: "5000" },
    vitest: "--project e2e test/e2e/gateway-differential.test.ts"
  },
  attack: {
    what: "every attack on every place of the cache, against both forms; each error in each call of a collection",
    builds: both,
    env: { DOCKER_SHIM_ATTACKS: "full" },
    vitest: "--project unit --project standalone test/shell/cache/BuiltAttacks.test.ts test/shell/cache/Waits.test.ts"
      + " test/shell/cache/Attacks.test.ts test/shell/cache/CollectionFaults.test.ts"
  },
  users: {
    what: "every arrangement of users of the cache, in both forms",
    builds: both,
    env: { DOCKER_SHIM_FORMS: "both" },
    vitest: "--project e2e --project e2e-standalone test/e2e/cache-users.test.ts"
  },
  concurrency: {
    what: "3 and 8 sessions that build at once, 20 rounds",
    builds: ["build"],
    env: { DOCKER_SHIM_ROUNDS: "20" },
    vitest: "--project e2e test/e2e/build-concurrency.test.ts"
  },
  cache: {
    what: "collection while 8 sessions build 25 times each; 100 kills",
    builds: ["build"],
    env: { DOCKER_SHIM_SESSIONS: "8", DOCKER_SHIM_BUILDS: "25", DOCKER_SHIM_E2E: "full", DOCKER_SHIM_KILLS: "100" },
    vitest: "--project e2e test/e2e/cache-collection.test.ts"
  },
  "cache-size": {
    what: "ten sessions, five images: bytes on disk",
    builds: ["build"],
    env: { DOCKER_SHIM_SESSIONS: "10", DOCKER_SHIM_ISOLATED_SESSIONS: "9" },
    vitest: "--project e2e test/e2e/cache-size.test.ts"
  },
  readme: {
    what: "README as it is written, on a Debian 12 with Node 20, 22 or 24 and nothing else",
    builds: [],
    env: { DOCKER_SHIM_E2E: "full" },
    vitest: "--project e2e test/e2e/readme.test.ts"
  },
  kill: {
    what: "Compose builds and starts killed at 200 random moments",
    builds: ["build"],
    env: { DOCKER_SHIM_E2E: "full", DOCKER_SHIM_KILLS: "100" },
    vitest: "--project e2e test/e2e/compose-kill.test.ts"
  },
  starts: {
    what: "10,000 starts of the stand-alone executable while it is replaced",
    builds: ["build:standalone"],
    env: { DOCKER_SHIM_STARTS: "10000" },
    vitest: "--project standalone test/shell/Surroundings.test.ts -t replaced"
  },
  long: {
    what: "eight sessions in mixed use for two hours",
    builds: ["build"],
    env: { DOCKER_SHIM_MINUTES: "120", DOCKER_SHIM_SESSIONS: "8" },
    vitest: "--project e2e test/e2e/long-run.test.ts"
  },
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
