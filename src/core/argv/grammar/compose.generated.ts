// Made by `npm run grammar` from test/fixtures/help, Hidden.ts and newer.generated.ts.
// From compose-5.5.0, compose-2.40.3, compose-2.26.1.

/** The flags of Compose's global level (empty name) and commands, the name followed by other names of it. */
export const compose: Readonly<Record<string, string>> = {
  "":
    "all-resources ansi= compatibility dry-run env-file* file:f* insecure-registry* no-ansi parallel= profile* progress= project-directory= project-name:p= verbose version:v workdir=",
  "attach":
    "detach-keys= dry-run index= no-stdin sig-proxy",
  "build":
    "build-arg* builder= check compress dry-run force-rm memory:m= no-cache no-rm parallel print progress= provenance= pull push quiet:q sbom= ssh= with-dependencies",
  "commit":
    "author:a= change:c* dry-run index= message:m= pause:p",
  "config convert":
    "dry-run environment format= hash= images lock-image-digests models networks no-consistency no-env-resolution no-interpolate no-normalize no-path-resolution output:o= profiles quiet:q resolve-image-digests services variables volumes",
  "cp":
    "all archive:a dry-run follow-link:L index=",
  "create":
    "build dry-run force-recreate no-build no-recreate pull= quiet-pull remove-orphans scale* yes:y y>yes",
  "down":
    "dry-run remove-orphans rmi= timeout:t= volumes:v volume>volumes",
  "events":
    "dry-run json since= until=",
  "exec":
    "! detach:d dry-run env:e* index= interactive:i no-tty:T privileged tty:t user:u= workdir:w= no-TTY>no-tty",
  "export":
    "dry-run index= output:o=",
  "images":
    "dry-run format= quiet:q",
  "kill":
    "dry-run remove-orphans signal:s=",
  "logs":
    "dry-run follow:f index= no-color no-log-prefix since= tail:n= timestamps:t until=",
  "ls":
    "all:a dry-run filter* format= quiet:q",
  "pause":
    "dry-run",
  "port":
    "dry-run index= protocol=",
  "ps":
    "all:a dry-run filter= format= no-trunc orphans quiet:q services status*",
  "publish":
    "app dry-run oci-version= resolve-image-digests with-env yes:y y>yes",
  "pull":
    "dry-run ignore-buildable ignore-pull-failures include-deps no-parallel parallel policy= quiet:q",
  "push":
    "dry-run ignore-push-failures include-deps quiet:q",
  "restart":
    "dry-run no-deps timeout:t=",
  "rm":
    "all:a dry-run force:f stop:s volumes:v",
  "run":
    "! build cap-add* cap-drop* detach:d dry-run entrypoint= env:e* env-from-file* interactive:i label:l* name= no-deps no-tty:T publish:p* pull= quiet:q quiet-build quiet-pull remove-orphans rm service-ports:P tty:t use-aliases user:u= volume:v* workdir:w= volumes>volume labels>label no-TTY>no-tty",
  "scale":
    "dry-run no-deps",
  "start":
    "dry-run wait wait-timeout=",
  "stats":
    "all:a dry-run format= no-stream no-trunc",
  "stop":
    "dry-run timeout:t=",
  "top":
    "dry-run",
  "unpause":
    "dry-run",
  "up":
    "abort-on-container-exit abort-on-container-failure always-recreate-deps attach* attach-dependencies build detach:d dry-run exit-code-from= force-recreate menu no-attach* no-build no-color no-deps no-log-prefix no-recreate no-start pull= quiet-build quiet-pull remove-orphans renew-anon-volumes:V scale* timeout:t= timestamps wait wait-timeout= watch:w yes:y y>yes",
  "version":
    "dry-run format:f= short",
  "volumes":
    "dry-run format= quiet:q",
  "wait":
    "down-project dry-run",
  "watch":
    "dry-run no-up prune quiet"
}
