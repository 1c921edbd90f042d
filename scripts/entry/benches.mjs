/**
 * Measures: `npm run bench [NAME] [WORDS]`, `commands` where no name is given. Nothing else may run meanwhile.
 */
import * as Step from "./step.mjs"

const both = ["build", "build:standalone"]

/** By name: what it measures, the forms of the program that are built for it, and the command. */
export const benches = {
  commands: {
    what: "what the shim takes of each command; writes docs/operate/performance.json, and from that the page and its picture",
    builds: both,
    command: "node scripts/bench/commands.mjs"
  },
  growth: {
    what: "of that only what grows with the work",
    builds: both,
    command: "node scripts/bench/commands.mjs growth"
  },
  layers: {
    what: "executables against each other: ROUNDS NAME=FILE...",
    builds: [],
    command: "node scripts/bench/layers.mjs"
  },
  compose: {
    what: "what the shim takes of real Compose",
    builds: both,
    command: "vite-node scripts/bench/compose.ts"
  },
  cache: {
    what: "the commands of a cache of 10,000 entries",
    builds: ["build"],
    command: "vite-node scripts/bench/cache.ts"
  },
  compression: {
    what: "what compressions make of an entry (decision 14)",
    builds: [],
    command: "vite-node scripts/bench/compression.ts"
  },
  export: {
    what: "what a wholly cached build pays for its export (decision 13)",
    builds: ["build"],
    command: "vite-node scripts/bench/export.ts"
  },
  gateway: {
    what: "the gateway beside the bare socket: [ROUNDS]",
    builds: ["build"],
    command: "vite-node scripts/bench/gateway.ts"
  },
  "gateway-real": {
    what: "the same with docker and dockerd 28.5 (decision 18): [ROUNDS [MEGABYTES]]",
    builds: ["build"],
    command: "vite-node scripts/bench/gateway-real.ts"
  },
  project: {
    what: "what a project with builds costs, with its entries in the cache: [ROUNDS [SERVICES:BUILT...] [DIRECTORY...]]",
    builds: both,
    command: "vite-node scripts/bench/project.ts"
  },
  runtimes: {
    what: "ways to make an executable of JavaScript (decision 10)",
    builds: both,
    command: "node scripts/bench/runtimes.mjs"
  }
}

if (process.argv[1] === import.meta.filename) {
  const [name = "commands", ...words] = process.argv.slice(2)
  const isCount = /^\d+$/.test(name)
  const bench = isCount
    ? benches.commands
    : Object.hasOwn(benches, name)
    ? benches[name]
    : Step.refuse("bench", name, benches)
  for (const build of bench.builds) Step.run(`npm run ${build}`)
  Step.run(bench.command, {}, isCount ? [name, ...words] : words)
}
