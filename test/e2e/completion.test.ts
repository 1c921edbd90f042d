/**
 * The completion scripts in the shells that they are for: each is loaded, and asked to complete.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { afterAll, assert, beforeAll, it } from "vitest"
import { describeReal } from "../real-docker/Requirements.ts"
import * as Suite from "../real-docker/Suite.ts"
import { built, type Ran, run, shimDirectory, starting } from "../shell/program.ts"

/** Loads the script, and says what the function that it registered finds. */
const bash = `source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
find=$(complete -p docker-shim | sed 's/.* -F \\([^ ]*\\) .*/\\1/')
"$find" docker-shim "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "\${COMPREPLY[@]}"
`

const fish = `set fish_function_path $argv[1]/usr/share/fish/functions
source $argv[2]
complete --do-complete "$argv[3..]"
`

/** Completion is a matter of zsh's line editor, which needs a terminal: it has one from this. */
const zsh = `module_path=($1/usr/lib/*/zsh/*)
zmodload zsh/zpty
zpty shell $1/bin/zsh -i
zpty -w -n shell "\${(j: :)@[2,-1]}"$'\\t'
repeat 200; do [[ -e $ZDOTDIR/done ]] && break; sleep 0.05; done
zpty -d shell
cat $ZDOTDIR/found
`

/** Notes what would be shown. Lists that the completion system makes for itself are none of that. */
const zshrc = `module_path=($SHELLS/usr/lib/*/zsh/*)
fpath=($ZDOTDIR $SHELLS/usr/share/zsh/functions/**/*(/))
autoload -Uz compinit && compinit -u -d $ZDOTDIR/dump
compadd() {
  local -a found
  if [[ " \${@[1,(i)--]} " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  builtin compadd -O found "$@"
  print -rl -- $found >> $ZDOTDIR/found
  builtin compadd "$@"
}
note() { _main_complete; : > $ZDOTDIR/done }
zle -C note complete-word note
bindkey '^I' note
`

describeReal("docker-shim completion", () => {
  const { directory, remove } = shimDirectory()
  afterAll(remove)
  let shells: string

  beforeAll(async () => {
    shells = await Suite.locateShells()
    const [program, ...first] = starting(built)
    for (const shell of ["bash", "zsh", "fish"]) {
      const ran = await run(program, [...first, "completion", shell], { env: { PATH: "/usr/bin:/bin" } })
      assert.deepStrictEqual([ran.code, ran.stderr], [0, ""])
      fs.mkdirSync(path.join(directory, shell))
      fs.writeFileSync(path.join(directory, shell, "_docker-shim"), ran.stdout)
    }
    fs.writeFileSync(path.join(directory, "zsh/.zshrc"), zshrc)
  })

  const ask = (shell: string, words: ReadonlyArray<string>): Promise<Ran> => {
    const home = path.join(directory, shell)
    const libraries = ["lib", "usr/lib"].map((one) => path.join(shells, one, "x86_64-linux-gnu")).join(":")
    const env = { PATH: "/usr/bin:/bin", HOME: home, ZDOTDIR: home, SHELLS: shells, LD_LIBRARY_PATH: libraries }
    const script = path.join(home, "_docker-shim")
    const file = path.join(home, "ask")
    switch (shell) {
      case "bash":
        return run("bash", ["--norc", "-c", bash, "bash", script, ...words], { env: { PATH: env.PATH } })
      case "fish":
        fs.writeFileSync(file, fish)
        return run(path.join(shells, "usr/bin/fish"), ["--no-config", file, shells, script, ...words], {
          env,
          timeout: 30_000
        })
      default:
        fs.writeFileSync(file, zsh)
        fs.rmSync(path.join(home, "done"), { force: true })
        fs.writeFileSync(path.join(home, "found"), "")
        return run(path.join(shells, "bin/zsh"), ["-f", file, shells, ...words], { env, timeout: 30_000 })
    }
  }

  it.each(["bash", "zsh", "fish"])("in %s", async (shell) => {
    const completed = async (...words: ReadonlyArray<string>): Promise<ReadonlyArray<string>> => {
      const { stderr, stdout } = await ask(shell, ["docker-shim", ...words])
      assert.strictEqual(stderr, "")
      return [...new Set(stdout.split("\n").map((line) => line.replace(/\t.*/, "")).filter((line) => line !== ""))]
        .sort()
    }
    assert.deepStrictEqual(await completed("ca"), ["cache"])
    assert.includeMembers([...await completed("")], [
      ...["cache", "completion", "doctor", "explain", "install", "mounts", "uninstall"]
    ])
    assert.includeMembers([...await completed("cache", "")], ["du", "init", "ls", "prune", "verify"])
    assert.deepStrictEqual(await completed("install", "--d"), ["--dir", "--dry-run"])
    assert.deepStrictEqual(await completed("doctor", "--wiz"), [])
  })
})
