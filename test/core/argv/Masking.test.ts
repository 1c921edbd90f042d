import { assert, describe, it } from "vitest"
import * as Masking from "../../../src/core/argv/Masking.ts"

describe("Masking", () => {
  describe("words", () => {
    it.each([
      ["run -e A=1 -e B web", "run -e A=*** -e B web"],
      ["run --env=A=1 -itde B=2 web", "run --env=A=*** -itde B=*** web"],
      ["exec -e A=1 -e B web sh", "exec -e A=*** -e B web sh"],
      [
        "build --build-arg NPM_TOKEN=x --build-arg VERSION=1 .",
        "build --build-arg NPM_TOKEN=*** --build-arg VERSION=*** ."
      ],
      ["compose build --build-arg=A=1 --build-arg B web", "compose build --build-arg=A=*** --build-arg B web"],
      ["run --env=A=1 -eB=2 -e=C=3 web", "run --env=A=*** -eB=*** -e=C=*** web"],
      ["--nonsense run -eB=2 --env=A=1 --build-arg=C=3", "--nonsense run -eB=*** --env=A=*** --build-arg=C=***"],
      ["run web env SSH_KEY=x GITHUB_PAT=y PATH=/bin", "run web env SSH_KEY=*** GITHUB_PAT=*** PATH=/bin"],
      ["run web git clone ghp_0123456789abcdef", "run web git clone ***"],
      ["run web x glpat-0123456789abcdef,AKIAABCDEFGHIJKLMNOP", "run web x ***,***"],
      ["run web x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "run web x ***"],
      ["run web curl -x me:x@proxy:3128", "run web curl -x me:***@proxy:3128"],
      ["build --label proxy=me:x@proxy:3128 .", "build --label proxy=me:***@proxy:3128 ."],
      ["run web x npm_0123456789abcdefghijklmnopqrstuvwxyz npm_config_cache", "run web x *** npm_config_cache"],
      ["run app:1.2@sha256:0123", "run app:1.2@sha256:0123"],
      ["build git@host:team/app.git", "build git@host:team/app.git"],
      ["run web curl https://host/#access_token=x", "run web curl https://host/#access_token=***"],
      ["run web tool --api-token=x --level=3", "run web tool --api-token=*** --level=3"],
      ["run web env DB_PASSWORD=x AUTHOR=me MONKEY=1", "run web env DB_PASSWORD=*** AUTHOR=me MONKEY=1"],
      ["login -u me --password x host", "login -u me --password *** host"],
      ["login -u me -p x host", "login -u me -p *** host"],
      ["login -px host", "login -p*** host"],
      ["login -p=x host", "login -p*** host"],
      ["--config d login --password=x host", "--config d login --password=*** host"],
      ["login --password-stdin host", "login --password-stdin host"],
      ["run -p 80:80 web", "run -p 80:80 web"],
      ["swarm join --token SWMTKN-1-x host:2377", "swarm join --token *** host:2377"],
      ["swarm join --token=SWMTKN-1-x host:2377", "swarm join --token=*** host:2377"],
      ["run web tool --api-token x --level 3", "run web tool --api-token *** --level 3"],
      ["service create --with-registry-auth web", "service create --with-registry-auth web"],
      ["service create --env A=1 --secret my web", "service create --env A=*** --secret my web"],
      ["service update --env-add A=1 web", "service update --env-add A=*** web"],
      ["build --secret id=token,env=TOKEN .", "build --secret id=token,env=TOKEN ."],
      [
        "volume create -o type=cifs -o o=addr=nas,username=u,password=p,vers=3 v",
        "volume create -o type=cifs -o o=addr=nas,username=u,password=***,vers=3 v"
      ],
      ["volume create --opt=o=username=u%p,pass=x v", "volume create --opt=o=username=u%***,pass=*** v"],
      [
        "run --mount type=volume,\"volume-opt=o=addr=nas,password=p\",dst=/d web",
        "run --mount type=volume,\"volume-opt=o=addr=nas,password=***\",dst=/d web"
      ],
      [
        "build --cache-to type=s3,access_key_id=a,secret_access_key=b,region=c .",
        "build --cache-to type=s3,access_key_id=***,secret_access_key=***,region=c ."
      ],
      ["run --log-opt splunk-token=x web", "run --log-opt splunk-token=*** web"],
      ["buildx create --driver-opt env.API_TOKEN=x,image=i", "buildx create --driver-opt env.API_TOKEN=***"],
      ["build https://me:x@host/repo.git", "build https://***@host/repo.git"],
      ["build https://TOKEN@host/repo.git#main:dir", "build https://***@host/repo.git#main:dir"],
      ["build git@host:team/repo.git?token=x", "build git@host:team/repo.git?token=***"],
      ["build github.com/team/repo?ref=main&token=x", "build github.com/team/repo?ref=main&token=***"],
      ["build https://host/context.tgz?sig=x&e=1", "build https://host/context.tgz?***"],
      ["build --build-context a=https://p@x@host/repo.git .", "build --build-context a=https://***@host/repo.git ."],
      ["build /work/https:/me:x@host/repo.git", "build /work/https:/***@host/repo.git"],
      ["build ssh://git@host/repo.git", "build ssh://git@host/repo.git"],
      ["build ssh://git:x@host/repo.git", "build ssh://git:***@host/repo.git"],
      ["run web curl http://host/?token=x", "run web curl http://host/?***"],
      ["compose run -e A=1 web", "compose run -e A=*** web"],
      ["run -v /a=b:/c --nonsense x web", "run -v /a=b:/c --nonsense x web"]
    ])("of %s", (typed, masked) => {
      assert.strictEqual(Masking.words("docker", typed.split(" ")).join(" "), masked)
    })

    it("of a stand-alone docker-compose", () => {
      assert.deepStrictEqual(Masking.words("docker-compose", ["-f", "a.yaml", "run", "-e", "A=1", "web"]), [
        "-f",
        "a.yaml",
        "run",
        "-e",
        "A=***",
        "web"
      ])
    })
  })

  it.each([
    ["Authorization: Bearer x", "Authorization: ***"],
    ["-HCookie: session=x", "-HCookie: ***"],
    ["PRIVATE-TOKEN: x", "PRIVATE-TOKEN: ***"],
    ["Accept: text/html", "Accept: text/html"],
    ["author: me", "author: me"],
    ["token-cache:/data", "token-cache:/data"]
  ])("of the header %s", (header, masked) => {
    assert.deepStrictEqual(Masking.words("docker", ["run", "web", "curl", "-H", header]).at(-1), masked)
  })

  it("hides a private key", () => {
    assert.strictEqual(Masking.text("k: -----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END"), "k: ***")
  })

  it("hides secrets in YAML, and not what only says where they are", () => {
    assert.strictEqual(
      Masking.yaml(
        "a:\n  password: x\n  - API_TOKEN=y\n  o: \"addr=n,password=z\"\nsecrets:\n  db_password:\n    file: /s\n"
      ),
      "a:\n  password: ***\n  - API_TOKEN=***\n  o: \"addr=n,password=***\"\nsecrets:\n  db_password:\n    file: /s\n"
    )
  })

  it("takes a time that is linear in the text", () => {
    const long = 200_000
    const texts = [
      "a".repeat(long),
      "a=".repeat(long),
      "://".repeat(long),
      "a://@".repeat(long),
      "password=,".repeat(long),
      "a:a@".repeat(long),
      "eyJ0123456789.".repeat(long),
      "-----BEGIN PRIVATE KEY".repeat(long)
    ]
    for (const text of texts) {
      const before = process.cpuUsage()
      Masking.text(text)
      assert.isBelow(process.cpuUsage(before).user / 1e6, 2, text.slice(0, 10))
    }
  })
})
