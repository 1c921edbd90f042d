import { fileURLToPath } from "node:url"
import tseslint from "typescript-eslint"

/** Calls of `node:fs` that write, move, remove or change what a path names, or follow a link in its last name. */
const byPath =
  "/^(?:access|appendFile|chmod|chown|copyFile|cp|exists|lchmod|lchown|link|lutimes|mkdir|mkdtemp|open|readFile|"
  + "rename|rm|rmdir|stat|symlink|truncate|unlink|utimes|writeFile)(?:Sync)?$/"
const beneath =
  "others may write to the cache directory: use SharedDirectory, SharedFile, SharedRemoval or MadeDirectory"

const pureCore = [
  { name: "Date", message: "core reads no clock" },
  { name: "process", message: "core reads no environment" },
  { name: "console", message: "core never logs" }
]

export default tseslint.config(
  { ignores: ["dist", ".cache", "node_modules", "**/*.generated.ts", "test/consumer/**", "test/fixtures/**"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: fileURLToPath(new URL(".", import.meta.url)) }
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "complexity": ["error", 15],
      "@typescript-eslint/array-type": ["error", { default: "generic" }],
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", {
        ignoreArrowShorthand: true,
        ignoreVoidReturningFunctions: true
      }]
    }
  },
  {
    files: ["src/core/**/*.ts"],
    rules: {
      "no-restricted-imports": ["error", {
        patterns: [
          { group: ["node:*"], message: "core imports nothing of Node" },
          {
            group: ["effect", "effect/*", "@effect/*"],
            message: "core runs on every docker command: it loads no Effect"
          },
          { group: ["**/shell/**"], message: "core does not know the shell" }
        ]
      }],
      "no-restricted-globals": ["error", ...pureCore],
      "no-restricted-syntax": ["error", { selector: "ThrowStatement", message: "core returns errors as values" }, {
        selector: "TSAsExpression:not([typeAnnotation.typeName.name='const'])",
        message: "no casts in core"
      }, { selector: "MemberExpression[object.name='Math'][property.name='random']", message: "core is deterministic" }]
    }
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines": ["error", 300],
      "max-lines-per-function": ["error", { max: 60, IIFEs: true }]
    }
  },
  { files: ["src/shell/**/*.ts"], rules: { "@typescript-eslint/only-throw-error": "off" } },
  {
    files: [
      "src/shell/{cache,cli/cache}/**/*.ts",
      "src/shell/services/{BuildCache,Cache,EntryHealing}*.ts",
      "src/shell/doctor/{CacheCheck,ReadDirectories}.ts"
    ],
    rules: {
      "no-restricted-imports": ["error", { paths: [{ name: "node:fs/promises", message: beneath }] }],
      "no-restricted-syntax": ["error", {
        selector: `CallExpression > MemberExpression.callee[object.name='fs'][property.name=${byPath}]`,
        message: beneath
      }, {
        selector: `ImportDeclaration[source.value='node:fs'] > ImportSpecifier[imported.name=${byPath}]`,
        message: beneath
      }]
    }
  }
)
