/**
 * Completion scripts for docker-shim's own command, made from the pages that its help is printed from.
 *
 * Each script walks the words before the cursor to the command that they name (`/cache/prune`), and offers that command's
 * commands, words and options. Words after `--` belong to another command.
 */
import * as CommandPage from "./CommandPage.ts"

/** A command with its place, such as `/cache/prune`; the root's is empty. */
interface Placed {
  readonly place: string
  readonly page: CommandPage.CommandPage
}

const placed = (page: CommandPage.CommandPage, place = ""): ReadonlyArray<Placed> => [
  { place, page },
  ...(page.commands ?? []).flatMap((one) => placed(one, `${place}/${one.name}`))
]

/** The words that can follow a command, each with a description. */
const offers = (
  { choices = [], commands = [], options }: CommandPage.CommandPage
): ReadonlyArray<readonly [string, string]> => [
  ...commands.map(({ name, summary }) => [name, summary] as const),
  ...choices.map((one) => [one, ""] as const),
  ...[...options, CommandPage.help].map(({ name, text }) => [`--${name}`, text] as const)
]

/** Whether a value is a directory, which shells can complete. */
const isDirectory = ({ value }: CommandPage.OptionPage): boolean => value !== undefined && value.startsWith("DIR")

/** The options that take a value, as `"/install --dir"`, with or without directories. */
const valued = (all: ReadonlyArray<Placed>, directories: boolean): ReadonlyArray<string> =>
  all.flatMap(({ page, place }) =>
    page.options.filter((one) => one.value !== undefined && isDirectory(one) === directories).map((one) =>
      `"${place} --${one.name}"`
    )
  )

const places = (all: ReadonlyArray<Placed>): ReadonlyArray<string> =>
  all.map(({ place }) => place).filter((place) => place !== "")

/** The script for bash. */
export const bash = (root: CommandPage.CommandPage): string => {
  const all = placed(root)
  return `# bash completion for ${root.name}
_docker_shim() {
  local word place="" at words="" current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    [[ $word == -- ]] && return
    case "$place/$word" in
      ${places(all).join(" | ")}) place="$place/$word" ;;
    esac
  done
  case "$place \${COMP_WORDS[COMP_CWORD - 1]}" in
    ${valued(all, true).join(" | ")}) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    ${valued(all, false).join(" | ")}) return ;;
  esac
  case $place in
${all.map(({ page, place }) => `    "${place}") words="${offers(page).map(([word]) => word).join(" ")}" ;;`).join("\n")}
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}
complete -F _docker_shim ${root.name}
`
}

/** The script for zsh, for a directory of `fpath` or to be sourced. */
export const zsh = (root: CommandPage.CommandPage): string => {
  const all = placed(root)
  const described = ([word, text]: readonly [string, string]): string => single(text === "" ? word : `${word}:${text}`)
  return `#compdef ${root.name}
_docker-shim() {
  local word place=""
  local -a offers
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -- ]] && return 1
    case "$place/$word" in
      (${places(all).join("|")}) place="$place/$word" ;;
    esac
  done
  case "$place \${words[CURRENT-1]}" in
    (${valued(all, true).join("|")}) _files -/; return ;;
    (${valued(all, false).join("|")}) return 1 ;;
  esac
  case $place in
${all.map(({ page, place }) => `    ("${place}") offers=(${offers(page).map(described).join(" ")}) ;;`).join("\n")}
  esac
  _describe '${root.name}' offers
}
if [[ $funcstack[1] == _docker-shim ]]; then _docker-shim "$@"; else compdef _docker-shim ${root.name}; fi
`
}

/** The script for fish. */
export const fish = (root: CommandPage.CommandPage): string => {
  const all = placed(root)
  const rules = all.flatMap(({ page, place }) => {
    const start = `complete -c ${root.name} -n 'test "$(__docker_shim_place)" = "${place}"'`
    return [
      ...(page.commands ?? []).map(({ name, summary }) => `${start} -a ${name} -d ${single(summary)}`),
      ...(page.choices ?? []).map((one) => `${start} -a ${one}`),
      ...[...page.options, CommandPage.help].map((one) =>
        `${start} -l ${one.name}${one.short === undefined ? "" : ` -s ${one.short}`}${fishValue(one)} -d ${
          single(one.text)
        }`
      )
    ]
  })
  return `# fish completion for ${root.name}
function __docker_shim_place
  set -l place ""
  for word in (commandline -opc)[2..-1]
    if test "$word" = --
      echo --
      return
    end
    switch "$place/$word"
      case ${places(all).join(" ")}
        set place "$place/$word"
    end
  end
  echo "$place"
end
complete -c ${root.name} -f
${rules.join("\n")}
`
}

const fishValue = (option: CommandPage.OptionPage): string =>
  option.value === undefined ? "" : isDirectory(option) ? " -r -F" : " -x"

/** A word in single quotes; fish and zsh both take an apostrophe between two quoted parts. */
const single = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
