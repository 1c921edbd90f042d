import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import * as CsvRecord from "../../../src/core/syntax/CsvRecord.ts"
import * as DeviceSpec from "../../../src/core/syntax/DeviceSpec.ts"
import * as MountOption from "../../../src/core/syntax/MountOption.ts"
import * as VolumeDriverOption from "../../../src/core/syntax/VolumeDriverOption.ts"

describe("MountOption", () => {
  it.each([
    ["type=bind,source=/a,target=/b", "/a", "type=bind,source=/new,target=/b"],
    ["TYPE=Bind,Source=./a,dst=/b,readonly", "./a", "TYPE=Bind,Source=/new,dst=/b,readonly"],
    ["src=/a,type=bind,target=/b", "/a", "src=/new,type=bind,target=/b"],
    ["type=bind,src=/a,src=/c,target=/b", "/c", "type=bind,src=/a,src=/new,target=/b"],
    ["type=bind,\"source=/a,b\",target=/x", "/a,b", "type=bind,source=/new,target=/x"],
    ["type=bind,\"source=/a\"\"b\",target=/x", "/a\"b", "type=bind,source=/new,target=/x"],
    ["type=volume,type=bind,source=/a,target=/x", "/a", "type=volume,type=bind,source=/new,target=/x"],
    ["type=bind,source=a=b,target=/x", "a=b", "type=bind,source=/new,target=/x"],
    ["type=bind,source=,target=/x", "", "type=bind,source=/new,target=/x"],
    [
      "source=v,target=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/a",
      "/a",
      "source=v,target=/x,volume-opt=type=none,volume-opt=o=bind,volume-opt=device=/new"
    ],
    ["type=bind,source=/a,target=/b\nnot read", "/a", "type=bind,source=/new,target=/b\nnot read"],
    [" type=bind,source=/a,target=/b ", "/a", " type=bind,source=/new,target=/b "],
    ["\t\n\u0085 \"type=bind\",src=/a,target=/b", "/a", "\t\n\u0085 \"type=bind\",src=/new,target=/b"]
  ])("finds the path in %j and replaces it", (text, source, replaced) => {
    assert.deepStrictEqual(MountOption.sources(text), [source])
    assert.strictEqual(MountOption.withSources(text, ["/new"]), replaced)
  })

  it.each([
    "type=volume,source=/a,target=/b",
    "source=/a,target=/b",
    "type=tmpfs,target=/b",
    "type=bind,target=/b",
    "type=bind, source=/a,target=/b",
    "type=bind,source=\"/a,b\",target=/b",
    "type=bind,\"source=/a,target=/b",
    "type=bind,\"source=/a\"x,target=/b",
    "type=volume,target=/x,volume-opt=device=:/export",
    "type=volume,target=/x,volume-opt=Device=/a",
    "type=image,source=/a,target=/b",
    "",
    "\n"
  ])("finds none in %j", (text) => {
    assert.deepStrictEqual(MountOption.sources(text), [])
    assert.strictEqual(MountOption.withSources(text, ["/new"]), text)
  })

  it("quotes a path that needs it", () => {
    assert.strictEqual(
      MountOption.withSources("type=bind,source=/a,target=/b", ["/c,\"d"]),
      "type=bind,\"source=/c,\"\"d\",target=/b"
    )
  })
})

describe("MountOption of an overlay", () => {
  it("finds the paths in the volume's options, in the order in which they stand", () => {
    const options = (o: string, device: string) =>
      `type=volume,target=/x,volume-opt=type=overlay,volume-opt=device=${device},"volume-opt=o=${o}"`
    const text = options("lowerdir=/a:/b,upperdir=/u,workdir=/w", "overlay")
    assert.deepStrictEqual(MountOption.sources(text), ["/a", "/b", "/u", "/w"])
    assert.strictEqual(
      MountOption.withSources(text, ["/1", "/2,3", "/u", "/4"]),
      options("lowerdir=/1:/2\\,3,upperdir=/u,workdir=/4", "overlay")
    )
    const both = options("upperdir=/u", "/d")
    assert.deepStrictEqual(MountOption.sources(both), ["/d", "/u"])
    assert.strictEqual(
      MountOption.withSources(both, ["/e", "/v"]),
      "type=volume,target=/x,volume-opt=type=overlay,volume-opt=device=/e,volume-opt=o=upperdir=/v"
    )
  })
})

describe("CsvRecord", () => {
  it.each([
    ["a\n", ["a"]],
    ["a\r\nb", ["a"]],
    ["a\r", ["a"]],
    ["a\rb,c", ["a\rb", "c"]],
    ["\n\r\na,b", ["a", "b"]],
    ["\"a\r\nb\"\r\n", ["a\nb"]]
  ])("reads the first line of %j", (text, fields) => {
    assert.deepStrictEqual(CsvRecord.parse(text)?.map((field) => field.text), fields)
  })

  const text = FastCheck.string({ unit: FastCheck.constantFrom("a", ",", "\"", "\n", "\r", " ", "=", "é", "\\", ".") })

  it.prop("reads the fields that were printed", [FastCheck.array(text, { minLength: 1, maxLength: 4 })], ([fields]) => {
    FastCheck.pre(fields.length > 1 || fields[0] !== "")
    const read = CsvRecord.parse(CsvRecord.print(fields))
    assert.deepStrictEqual(read?.map((field) => field.text), fields.map((field) => field.replaceAll("\r\n", "\n")))
  })

  it.prop("changes one field and no other", [
    FastCheck.array(text, { minLength: 2, maxLength: 4 }),
    FastCheck.nat(3),
    text
  ], ([fields, at, value]) => {
    const record = CsvRecord.print(fields)
    const field = CsvRecord.parse(record)?.[at]
    if (field === undefined) {
      FastCheck.pre(false)
      return
    }
    const changed = CsvRecord.withField(record, field, value)
    assert.deepStrictEqual(
      CsvRecord.parse(changed)?.map((one) => one.text),
      fields.map((one, index) => (index === at ? value : one).replaceAll("\r\n", "\n"))
    )
    assert.isTrue(changed.startsWith(record.slice(0, field.start)) && changed.endsWith(record.slice(field.end)))
  })

  it.each([
    ["a,b", ["a", "b"]],
    [",", ["", ""]],
    ["a,\"b\"\"c\"", ["a", "b\"c"]],
    ["\r\n\na,b\r\nc", ["a", "b"]],
    ["a\r,b", ["a\r", "b"]],
    [" a, b", [" a", " b"]]
  ])("reads %j", (record, fields) => {
    assert.deepStrictEqual(CsvRecord.parse(record)?.map((field) => field.text), fields)
  })

  it.each(["", "\n\n", "a\"b", "\"a", "\"a\"b", "a,\"b\" "])("refuses %j, as Go does", (record) => {
    assert.isUndefined(CsvRecord.parse(record))
  })
})

describe("DeviceSpec", () => {
  it.each([
    ["/dev/snd", "/new:/dev/snd"],
    ["/dev/snd:/dev/x", "/new:/dev/x"],
    ["/dev/snd:rw", "/new:/dev/snd:rw"],
    ["/dev/snd:mrw", "/new:/dev/snd:mrw"],
    ["/dev/snd:rr", "/new:rr"],
    ["/dev/snd:/dev/x:r", "/new:/dev/x:r"]
  ])("replaces the daemon's path of %s", (text, replaced) => {
    assert.strictEqual(DeviceSpec.source(text), "/dev/snd")
    assert.strictEqual(DeviceSpec.withSource(text, "/new"), replaced)
  })

  it.each(["vendor.com/class=name", "vendor.com/net=a:b", "", "dev/snd"])("finds no path in %j", (text) => {
    assert.isUndefined(DeviceSpec.source(text))
  })

  it("says where the syntax cannot hold the path", () => {
    assert.isUndefined(DeviceSpec.withSource("/dev/snd", "/a:b"))
  })
})

describe("VolumeDriverOption", () => {
  it("finds an absolute device, and the paths of an overlay, and replaces them", () => {
    assert.deepStrictEqual(VolumeDriverOption.sources("device=/a=b"), ["/a=b"])
    assert.strictEqual(VolumeDriverOption.withSources("device=/a=b", ["/new"]), "device=/new")
    assert.deepStrictEqual(VolumeDriverOption.sources("o=ro,lowerdir=/a,upperdir=b"), ["/a"])
    assert.strictEqual(
      VolumeDriverOption.withSources("o=ro,lowerdir=/a,upperdir=b", ["/new"]),
      "o=ro,lowerdir=/new,upperdir=b"
    )
  })

  it.each(["device=:/export", "device=./x", "device=tmpfs", "Device=/a", "o=/a", "device", ""])(
    "finds none in %j",
    (text) => {
      assert.deepStrictEqual(VolumeDriverOption.sources(text), [])
    }
  )
})
