/**
 * All checks that are no tests: `npm run verify [PART…]`.
 */
import * as Step from "./step.mjs"

/** By name: what it is for, and its commands. */
export const parts = {
  types: { what: "TypeScript", commands: ["tsc -b"] },
  format: { what: "dprint", commands: ["dprint check"] },
  lint: { what: "ESLint", commands: ["eslint ."] },
  cycles: {
    what: "no circle of imports, and nothing heavy on the way of every command",
    commands: [
      "madge --circular --extensions ts --ts-config tsconfig.base.json src",
      "node scripts/release/build-standalone.mjs --check"
    ]
  },
  diagnostics: {
    what: "Effect's own",
    commands: ["effect-language-service diagnostics --project src/shell/tsconfig.json --strict --format text"]
  }
}

if (process.argv[1] === import.meta.filename) {
  const named = process.argv.slice(2)
  for (const name of named.length === 0 ? Object.keys(parts) : named) {
    const part = Object.hasOwn(parts, name) ? parts[name] : Step.refuse("verify", name, parts)
    for (const command of part.commands) Step.run(command)
  }
}
