// A program that embeds the core: it answers planning's questions from a table of its own.
import { type ExecPlan, Facts, type Invocation, Plan, VolumeSpec } from "docker-shim"

const invocation: Invocation.Invocation = {
  argv0: "docker",
  argv: ["run", "-v", "./app:/app", "web"],
  env: { DOCKER_HOST: "unix:///var/run/docker.sock", WORKSPACE_DIR: "/data/workspaces/ses1" },
  cwd: "/home/retro/work"
}

const plan = (facts: Facts.Facts): ExecPlan.ExecPlan => {
  const outcome = Plan.plan(invocation, facts)
  switch (outcome._tag) {
    case "ExecPlan":
      return outcome
    case "SettingError":
      throw new Error(outcome.variable)
    case "OpenQuestions":
      return plan(outcome.questions.reduce(
        (known, question) =>
          question._tag === "RealPath"
            ? Facts.answer(known, question, { resolved: question.path, exists: true })
            : known,
        facts
      ))
  }
}

console.log(plan(Facts.none).args.join(" "))
console.log(VolumeSpec.source("a:/b"))
