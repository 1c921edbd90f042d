/**
 * The ways to break a module: one place of its text, and what stands there instead.
 */
import * as ts from "typescript"

/** One breakage, such as `===` replaced by `!==`. */
export interface Mutant {
  /** Relative to the repository, such as `src/core/argv/Argv.ts`. */
  readonly file: string
  readonly line: number
  readonly kind: Kind
  readonly start: number
  readonly end: number
  readonly replacement: string
}

/** What is broken; see `docs/develop/mutation.md`. */
export type Kind = "operator" | "condition" | "literal" | "call" | "removed"

type Place = Omit<Mutant, "file" | "line">

const operators: ReadonlyMap<ts.SyntaxKind, string> = new Map([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
  [ts.SyntaxKind.AmpersandAmpersandToken, "||"],
  [ts.SyntaxKind.BarBarToken, "&&"],
  [ts.SyntaxKind.QuestionQuestionToken, "&&"],
  [ts.SyntaxKind.PlusToken, "-"],
  [ts.SyntaxKind.MinusToken, "+"],
  [ts.SyntaxKind.AsteriskToken, "/"],
  [ts.SyntaxKind.SlashToken, "*"],
  [ts.SyntaxKind.PlusEqualsToken, "-="]
])

const calls: ReadonlyMap<string, string> = new Map([
  ["startsWith", "endsWith"],
  ["endsWith", "startsWith"],
  ["some", "every"],
  ["every", "some"],
  ["indexOf", "lastIndexOf"],
  ["lastIndexOf", "indexOf"],
  ["find", "findLast"],
  ["trimStart", "trimEnd"],
  ["toLowerCase", "toUpperCase"],
  ["toUpperCase", "toLowerCase"]
])

/**
 * Lists every breakage of a module's text, in the order of the text. Types, imports and what tags a union are left alone:
 * the compiler has those.
 */
export const all = (file: string, text: string): ReadonlyArray<Mutant> => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true)
  const mutants: Array<Mutant> = []
  const walk = (node: ts.Node): void => {
    if (isForTheCompiler(node)) return
    for (const place of placesOf(node, source)) {
      mutants.push({ file, line: source.getLineAndCharacterOfPosition(place.start).line + 1, ...place })
    }
    ts.forEachChild(node, walk)
  }
  walk(source)
  return mutants
}

/** Gives the text of the broken module. */
export const apply = ({ end, replacement, start }: Mutant, text: string): string =>
  text.slice(0, start) + replacement + text.slice(end)

/** Names a mutant, such as `src/core/argv/Argv.ts:12 operator: === → !==`. */
export const print = ({ end, file, kind, line, replacement, start }: Mutant, text: string): string => {
  const shorten = (words: string): string => {
    const one = words.replaceAll(/\s+/g, " ")
    return one.length > 60 ? `${one.slice(0, 57)}...` : one
  }
  return `${file}:${String(line)} ${kind}: ${shorten(text.slice(start, end))} → ${shorten(replacement) || "(nothing)"}`
}

const isForTheCompiler = (node: ts.Node): boolean =>
  ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node) || ts.isInterfaceDeclaration(node)
  || ts.isTypeAliasDeclaration(node) || (ts.isPropertyAssignment(node) && node.name.getText() === "_tag")

const placesOf = (node: ts.Node, source: ts.SourceFile): ReadonlyArray<Place> => {
  const replace = (at: ts.Node, kind: Kind, replacement: string): ReadonlyArray<Place> => [{
    kind,
    start: at.getStart(source),
    end: at.getEnd(),
    replacement
  }]
  if (ts.isBinaryExpression(node)) return binary(node, replace)
  if (ts.isIfStatement(node) || ts.isConditionalExpression(node)) {
    const condition = ts.isIfStatement(node) ? node.expression : node.condition
    return [...replace(condition, "condition", "true"), ...replace(condition, "condition", "false")]
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return replace(node, "condition", node.operand.getText(source))
  }
  if (ts.isCallExpression(node)) return call(node, source, replace)
  if (ts.isExpressionStatement(node) || ts.isContinueStatement(node)) return replace(node, "removed", ";")
  if (ts.isSpreadElement(node)) return replace(node, "removed", "...[]")
  return literal(node, replace)
}

type Replace = (at: ts.Node, kind: Kind, replacement: string) => ReadonlyArray<Place>

const binary = (node: ts.BinaryExpression, replace: Replace): ReadonlyArray<Place> => {
  const other = operators.get(node.operatorToken.kind)
  return other === undefined ? [] : replace(node.operatorToken, "operator", other)
}

/** Another method of the same form, and for `filter` none at all. */
const call = (node: ts.CallExpression, source: ts.SourceFile, replace: Replace): ReadonlyArray<Place> => {
  if (!ts.isPropertyAccessExpression(node.expression)) return []
  const { expression, name } = node.expression
  if (name.text === "filter") return replace(node, "call", expression.getText(source))
  const other = calls.get(name.text)
  return other === undefined ? [] : replace(name, "call", other)
}

const literal = (node: ts.Node, replace: Replace): ReadonlyArray<Place> => {
  if (node.kind === ts.SyntaxKind.TrueKeyword) return replace(node, "literal", "false")
  if (node.kind === ts.SyntaxKind.FalseKeyword) return replace(node, "literal", "true")
  if (ts.isNumericLiteral(node)) return replace(node, "literal", `(${node.text} + 1)`)
  if (!ts.isStringLiteral(node) || isTag(node)) return []
  return replace(node, "literal", node.text === "" ? "\"mutant\"" : "\"\"")
}

/** A text that is compared with `_tag`, or a key of an object or a case of one. */
const isTag = (node: ts.StringLiteral): boolean =>
  (ts.isBinaryExpression(node.parent) && node.parent.left.getText().endsWith("_tag")) || ts.isCaseClause(node.parent)
  || (ts.isPropertyAssignment(node.parent) && node.parent.name === node)
