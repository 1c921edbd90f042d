/**
 * The examples in doc comments, as the API reference shows them: found, compiled, and those of the core run.
 */
import * as assert from "node:assert/strict"
import * as fs from "node:fs"
import * as path from "node:path"
import * as vm from "node:vm"
import * as ts from "typescript"
import * as core from "../../src/core/index.ts"
import * as shell from "../../src/shell/index.ts"

/** TypeScript in a doc comment; `line` is the one before its first, from 1. An inline one is a code span, without imports. */
export interface Example {
  readonly file: string
  readonly line: number
  readonly code: string
  readonly isInline?: boolean
}

/** The examples of a module's text: blocks of TypeScript, and the code spans after `Example:`, such as `quote("a") // "a"`. */
export const of = (file: string, text: string): ReadonlyArray<Example> => [...blocks(file, text), ...spans(file, text)]

const blocks = (file: string, text: string): ReadonlyArray<Example> =>
  [...text.matchAll(/^ *\* ```ts\n((?: *\*(?! ```).*\n)*) *\* ```$/gm)].map(({ 0: whole, 1: block = "", index }) => ({
    file,
    line: lineOf(text, index + whole.indexOf("```")),
    code: block.replace(/^ *\* ?/gm, "")
  }))

const spans = (file: string, text: string): ReadonlyArray<Example> =>
  [...text.matchAll(/ Example:\s+(?:\* )?(?:`[^`]+`(?:,\s+(?:\* )?)?)+/g)].flatMap(({ 0: found, index }) =>
    [...found.matchAll(/`([^`]+)`/g)].map(({ 1: span = "", index: at }) => ({
      file,
      line: lineOf(text, index + at) - 1,
      code: withImports(span.replace(/\s*\n \* /g, " ")),
      isInline: true
    }))
  )

const lineOf = (text: string, at: number): number => text.slice(0, at).split("\n").length

/** The code with imports, in the same line, of the modules that it names. */
const withImports = (code: string): string => {
  const names = [...new Set([...code.matchAll(/\b([A-Z]\w+)\./g)].map(([, name = ""]) => name))]
  const imports = ([["docker-shim", core], ["docker-shim/shell", shell]] as const).map(([library, modules]) => {
    const used = names.filter((name) => name in modules)
    return used.length === 0 ? "" : `import { ${used.join(", ")} } from "${library}"; `
  })
  return `${imports.join("")}${code}`
}

/**
 * The public functions and classes of a module whose own doc comments have no example, except constructors that only refer to a
 * type's documentation. `index` is the text of the index that exports the module.
 */
export const without = (index: string, file: string, text: string): ReadonlyArray<string> => {
  const [, one] = new RegExp(`export \\{ ([^}]+) \\} from "\\./[^"]*${path.basename(file)}"`).exec(index) ?? []
  return lacking(file, text).filter((name) => one === undefined || one.split(", ").includes(name))
}

const lacking = (file: string, text: string): ReadonlyArray<string> =>
  ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true).statements.flatMap((statement) => {
    const name = exportedFunction(statement)
    const comments = ts.getLeadingCommentRanges(text, statement.pos) ?? []
    const hasExample = comments.some(({ end, pos }) => {
      const comment = text.slice(pos, end)
      return of(file, comment).length > 0 || /^\/\*\* See `\w+` of \{@link \w+\}\. \*\/$/.test(comment)
    })
    return name === undefined || hasExample ? [] : [name]
  })

const exportedFunction = (statement: ts.Statement): string | undefined => {
  const isExported = ts.canHaveModifiers(statement)
    && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  if (!isExported) return undefined
  if (ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) return statement.name?.text
  const [declaration] = ts.isVariableStatement(statement) ? statement.declarationList.declarations : []
  const isFunction = declaration?.initializer !== undefined && ts.isArrowFunction(declaration.initializer)
  return isFunction ? declaration.name.getText() : undefined
}

/** The examples of all modules in `src`. */
export const all = (repository: string): ReadonlyArray<Example> =>
  fs.readdirSync(path.join(repository, "src"), { recursive: true, encoding: "utf8" }).sort()
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => of(`src/${name}`, fs.readFileSync(path.join(repository, "src", name), "utf8")))

/** The modules that an index exports, by their paths from `repository`. */
export const exported = (repository: string, index: string): ReadonlyArray<string> =>
  [...fs.readFileSync(path.join(repository, index), "utf8").matchAll(/ from "(\.[^"]+)"/g)].map(([, module = ""]) =>
    path.join(path.dirname(index), module)
  )

/**
 * Compiles examples as modules beside those that they explain, against the sources: all in one program. What is wrong is
 * said with its file and line, such as `src/core/Plan.ts:42: Property 'x' does not exist…`.
 */
export const compile = (repository: string, examples: ReadonlyArray<Example>): ReadonlyArray<string> => {
  const options = optionsOf(repository)
  const disk = ts.createCompilerHost(options)
  // empty lines in front: the lines of what the compiler says are those of the source
  const texts = new Map(examples.map((one) => [nameOf(repository, one), "\n".repeat(one.line) + one.code]))
  const host: ts.CompilerHost = {
    ...disk,
    fileExists: (name) => texts.has(name) || disk.fileExists(name),
    readFile: (name) => texts.get(name) ?? disk.readFile(name),
    getSourceFile: (name, version, ...rest) => {
      const text = texts.get(name)
      return text === undefined
        ? disk.getSourceFile(name, version, ...rest)
        : ts.createSourceFile(name, text, version)
    }
  }
  const program = ts.createProgram([...texts.keys()], options, host)
  return examples.flatMap((one) => {
    const source = program.getSourceFile(nameOf(repository, one))
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((said) => {
      const line = source?.getLineAndCharacterOfPosition(said.start ?? 0).line ?? one.line
      return `${one.file}:${line + 1}: ${ts.flattenDiagnosticMessageText(said.messageText, "\n")}`
    })
  })
}

/**
 * Runs an example. What stands behind an expression (`VolumeSpec.source("a:/b") // undefined`) is its value;
 * returns how many there were, and throws where one is not.
 */
export const run = ({ code, file, line }: Example): number => {
  const source = ts.createSourceFile("example.ts", code, ts.ScriptTarget.ES2022)
  const claims = source.statements.filter(ts.isExpressionStatement).map(({ end, expression }) => {
    const [comment] = ts.getTrailingCommentRanges(code, end) ?? []
    const start = expression.getStart(source)
    assert.ok(comment, `${file}:${line}: nothing says what ${code.slice(start, end)} is`)
    return { start, end, comment }
  })
  const claiming = claims.reduceRight((text, { comment, end, start }) => {
    const claim = `;same((${text.slice(start, end)}), (${text.slice(comment.pos + 2, comment.end)}))`
    return text.slice(0, start) + claim + text.slice(comment.end)
  }, code)
  const { outputText } = ts.transpileModule(claiming, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 }
  })
  const module = vm.runInThisContext(`(function (require, exports, same) {${outputText}\n})`, {
    filename: file
  }) as (require: (name: string) => unknown, exports: object, same: (is: unknown, said: unknown) => void) => void
  const libraries: Readonly<Record<string, unknown>> = { "docker-shim": core, "docker-shim/shell": shell }
  module((name) => libraries[name] ?? assert.fail(`${file}: imports ${name}`), {}, (is, said) => {
    assert.deepStrictEqual(is, said, `${file}:${line}: ${JSON.stringify(is)} is not ${JSON.stringify(said)}`)
  })
  return claims.length
}

const nameOf = (repository: string, { file, line }: Example): string =>
  path.join(repository, `${file.slice(0, -".ts".length)}.example-${line}.ts`)

/** Those of the shell, with the names under which a program gets the two libraries. */
const optionsOf = (repository: string): ts.CompilerOptions => {
  const file = path.join(repository, "src/shell/tsconfig.json")
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, (name) => ts.sys.readFile(name)).config,
    ts.sys,
    path.dirname(file)
  )
  return {
    ...options,
    rootDir: repository,
    composite: false,
    declaration: false,
    noEmit: true,
    // an example may give a name to what it shows
    noUnusedLocals: false,
    paths: {
      "docker-shim": [path.join(repository, "src/core/index.ts")],
      "docker-shim/shell": [path.join(repository, "src/shell/index.ts")]
    }
  }
}
